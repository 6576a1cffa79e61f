//===- OpenMP.h - living with other OpenMP runtimes -------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A compiled model is a guest in somebody else's process: it brings LLVM's libomp, which by default spins for 200 ms
// after each parallel region and aborts when it meets a second OpenMP runtime of its family.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_RUNTIME_OPENMP_H
#define LEXON_LIB_RUNTIME_OPENMP_H

namespace lexon::rt {

/// Made before a library is loaded, asked to configure afterwards. What the user has set stays as it is.
class OpenMPGuest {
public:
  OpenMPGuest();
  /// Shortens the spinning of the libomp that `library` (a dlopen handle) brought. One that the process had already is
  /// its host's, and left alone.
  void configure(void *library) const;

private:
  bool hostHasLibomp;
};

} // namespace lexon::rt

#endif // LEXON_LIB_RUNTIME_OPENMP_H

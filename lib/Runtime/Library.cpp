//===- Library.cpp - a loaded module and its exported functions -----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The dynamic symbol table is read from memory (System V ABI, chapter 5; the GNU hash table's layout is glibc's
// elf/dl-lookup.c): the loader offers no way to list a library's symbols.
//
//===----------------------------------------------------------------------===//

#include "Library.h"

#include "Failure.h"
#include "MappedFile.h"
#include "OpenMP.h"
#include "TargetNote.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <memory>
#include <mutex>
#include <unistd.h>

using namespace lexon::rt;

namespace {
constexpr char kPrefix[] = "lexon_signature_";

/// The pieces of an object's dynamic section that a symbol listing needs.
struct DynamicTables {
  const ElfW(Sym) *symbols = nullptr;
  const char *strings = nullptr;
  const uint32_t *hash = nullptr, *gnuHash = nullptr;

  explicit DynamicTables(const link_map &map) {
    for (const ElfW(Dyn) *entry = map.l_ld; entry && entry->d_tag != DT_NULL; ++entry) {
      // glibc relocates these in place on most machines, but not on all.
      const ElfW(Addr) raw = entry->d_un.d_ptr, address = raw < map.l_addr ? raw + map.l_addr : raw;
      if (entry->d_tag == DT_SYMTAB)
        symbols = reinterpret_cast<const ElfW(Sym) *>(address);
      else if (entry->d_tag == DT_STRTAB)
        strings = reinterpret_cast<const char *>(address);
      else if (entry->d_tag == DT_HASH)
        hash = reinterpret_cast<const uint32_t *>(address);
      else if (entry->d_tag == DT_GNU_HASH)
        gnuHash = reinterpret_cast<const uint32_t *>(address);
    }
  }

  size_t symbolCount() const {
    if (!symbols || !strings)
      return 0;
    if (hash)
      return hash[1]; // the number of chains is that of symbols
    return gnuHash ? countByGnuHash() : 0;
  }

private:
  /// One past the last symbol of the chain that begins last.
  size_t countByGnuHash() const {
    const uint32_t buckets = gnuHash[0], firstHashed = gnuHash[1], bloomWords = gnuHash[2];
    const uint32_t *bucket = gnuHash + 4 + bloomWords * (sizeof(ElfW(Addr)) / 4), *chain = bucket + buckets;
    uint32_t last = 0;
    for (uint32_t i = 0; i < buckets; ++i)
      last = std::max(last, bucket[i]);
    if (last < firstHashed)
      return firstHashed;
    while (!(chain[last - firstHashed] & 1)) // the lowest bit ends a chain
      ++last;
    return size_t(last) + 1;
  }
};

std::vector<std::string> listFunctions(void *handle) {
  std::vector<std::string> names;
  link_map *map = nullptr;
  if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0 || !map)
    return names;
  const DynamicTables tables(*map);
  const size_t count = tables.symbolCount();
  for (size_t i = 0; i < count; ++i) {
    const ElfW(Sym) &symbol = tables.symbols[i];
    const char *name = tables.strings + symbol.st_name;
    if (symbol.st_shndx != SHN_UNDEF && std::strncmp(name, kPrefix, sizeof kPrefix - 1) == 0)
      names.emplace_back(name + sizeof kPrefix - 1);
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// dlopen searches its own folders for a name without a slash; a user means the current one.
std::string absolutePath(const char *path) {
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(path, nullptr), std::free);
  if (!real)
    fail(LEXON_FILE_ERROR, path, ": cannot open: ", std::strerror(errno));
  return real.get();
}

/// The loader maps the segments of a truncated file all the same, and reading them is a bus error.
void refuseTruncated(const char *path, const std::string &file) {
  const MappedFile content(file);
  ElfW(Ehdr) header;
  if (content.size() < sizeof header || std::memcmp(content.data(), ELFMAG, SELFMAG) != 0)
    fail(LEXON_BAD_LIBRARY, path, ": is not a shared library");
  std::memcpy(&header, content.data(), sizeof header);
  auto inside = [&](uint64_t offset, uint64_t bytes) {
    return offset <= content.size() && bytes <= content.size() - offset;
  };
  bool complete = inside(header.e_shoff, uint64_t(header.e_shnum) * header.e_shentsize) &&
                  inside(header.e_phoff, uint64_t(header.e_phnum) * sizeof(ElfW(Phdr)));
  for (size_t i = 0; complete && i < header.e_phnum; ++i) {
    ElfW(Phdr) segment;
    std::memcpy(&segment, content.data() + header.e_phoff + i * sizeof segment, sizeof segment);
    complete = segment.p_type != PT_LOAD || inside(segment.p_offset, segment.p_filesz);
  }
  if (!complete)
    fail(LEXON_BAD_LIBRARY, path, ": is truncated: it has ", content.size(), " bytes, its headers say more");
}

/// Refuses what this CPU cannot run, before the loader touches it, and asks for what it needs of the system.
TargetNotes requireTarget(const std::string &file, const std::string &place) {
  const MappedFile content(file);
  const TargetNotes notes = readTargetNotes(content.data(), content.size(), place);
  checkTarget(notes, lexon::target::hostCpu(), place);
  // Without permission the first tile instruction would be a signal. A library without notes may use tiles too.
  if ((notes.usesTiles() || !notes.found) && !lexon::target::enableAmx() && notes.usesTiles())
    fail(LEXON_UNSUPPORTED, place, ": needs AMX tiles, which the system refuses to this process");
  return notes;
}

[[noreturn]] void failLoad(const std::string &path, const std::string &reason) {
  // "libomp.so.5: cannot open shared object file: No such file or directory"
  const bool missing = reason.find("cannot open shared object file") != std::string::npos;
  const std::string library = reason.substr(0, reason.find(':'));
  if (missing && (library.compare(0, 6, "libomp") == 0 || library.compare(0, 7, "libiomp") == 0))
    fail(LEXON_MISSING_DEPENDENCY, path, ": needs LLVM's OpenMP runtime ", library,
         ", which is not found; install the package libomp-22-dev (or libomp5-22 where it exists), or put its folder "
         "into LD_LIBRARY_PATH");
  if (missing && library.compare(0, 11, "libopenblas") == 0)
    fail(LEXON_MISSING_DEPENDENCY, path, ": needs OpenBLAS, ", library,
         ", which is not found; install the package libopenblas0, put its folder into LD_LIBRARY_PATH, or compile with "
         "matmul=vector");
  if (missing && library != path)
    fail(LEXON_MISSING_DEPENDENCY, path, ": needs ", library, ", which is not found: ", reason);
  for (const char *sign : {"Cannot allocate memory", "cannot allocate memory"})
    if (reason.find(sign) != std::string::npos)
      fail(LEXON_OUT_OF_MEMORY, path, ": out of memory: ", reason);
  fail(LEXON_BAD_LIBRARY, path, ": cannot be loaded: ", reason);
}
} // namespace

Library::Library(const char *path) : displayName(path ? path : "this program") {
  static std::mutex mutex; // what is loaded must not change between OpenMPGuest's look and its deed
  const std::lock_guard<std::mutex> lock(mutex);
  const OpenMPGuest openmp;
  const std::string file = path ? absolutePath(path) : "";
  if (path)
    refuseTruncated(path, file);
  constexpr char kProgram[] = "/proc/self/exe";
  if (path || access(kProgram, R_OK) == 0) // a program may live without /proc
    target = requireTarget(path ? file : kProgram, displayName).cpuNames();
  handle = dlopen(path ? file.c_str() : nullptr, RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char *reason = dlerror();
    failLoad(displayName, reason ? reason : "no reason given");
  }
  try {
    if (path)
      openmp.configure(handle);
    exported = listFunctions(handle);
  } catch (...) {
    dlclose(handle);
    throw;
  }
}

Library::~Library() { dlclose(handle); }

void *Library::symbol(const std::string &name) const { return dlsym(handle, name.c_str()); }

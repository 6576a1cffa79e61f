//===- Json.h - reading JSON that nobody has checked yet --------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Every getter refuses with the place of the problem instead of converting: 1e300 is no size, -1 is no offset.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_RUNTIME_JSON_H
#define LEXON_LIB_RUNTIME_JSON_H

#include "Failure.h"

#include <optional>
#include <string>

// In a namespace of its own: a program that uses the same library without exceptions has functions of the same names
// that abort instead of throwing, and the linker would keep only one of each.
#define NLOHMANN_JSON_NAMESPACE nlohmann::lexon_runtime
#define NLOHMANN_JSON_NAMESPACE_BEGIN                                                                                  \
  namespace nlohmann {                                                                                                 \
  inline namespace lexon_runtime {
#define NLOHMANN_JSON_NAMESPACE_END                                                                                    \
  }                                                                                                                    \
  }
#include <nlohmann/json.hpp>

namespace lexon::rt {

using Json = nlohmann::json;

/// Parses `text`; `place` names its source in messages. Nesting deeper than our formats need is refused, as it would
/// only cost memory.
Json parseJson(const std::string &text, const std::string &place);

/// One object of a JSON document, together with what to call it in messages ("arg0.json: tensor 'x'").
class JsonObject {
public:
  JsonObject(const Json &value, std::string place);

  const Json &at(const char *key) const;
  /// The value, or null if the key is absent.
  const Json *find(const char *key) const;
  const std::string &string(const char *key) const;
  const Json &array(const char *key) const;
  int64_t size(const char *key) const; ///< a whole number from 0 to 2^63-1
  bool flag(const char *key) const;    ///< false if the key is absent

  template <typename... Parts> [[noreturn]] void refuse(const Parts &...parts) const {
    fail(LEXON_BAD_FORMAT, place, ": ", parts...);
  }
  const std::string &where() const { return place; }

private:
  const Json &value;
  const std::string place;
};

/// A whole number from `lowest` to 2^63-1, or nothing.
std::optional<int64_t> wholeNumber(const Json &value, int64_t lowest);

} // namespace lexon::rt

#endif // LEXON_LIB_RUNTIME_JSON_H

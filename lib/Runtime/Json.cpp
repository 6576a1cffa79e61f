//===- Json.cpp - reading JSON that nobody has checked yet ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Json.h"

#include <limits>

using namespace lexon::rt;

namespace {
constexpr int kDeepest = 32;
}

Json lexon::rt::parseJson(const std::string &text, const std::string &place) {
  Json::parser_callback_t watchDepth = [&](int depth, Json::parse_event_t, Json &) {
    if (depth > kDeepest)
      fail(LEXON_BAD_FORMAT, place, ": nested more than ", kDeepest, " deep");
    return true;
  };
  try {
    return Json::parse(text, watchDepth);
  } catch (const Json::parse_error &error) {
    fail(LEXON_BAD_FORMAT, place, ": no JSON: ", error.what());
  } catch (const Json::exception &error) { // a number out of range
    fail(LEXON_BAD_FORMAT, place, ": ", error.what());
  }
}

std::optional<int64_t> lexon::rt::wholeNumber(const Json &value, int64_t lowest) {
  if (value.is_number_unsigned()) {
    const uint64_t number = value.get<uint64_t>();
    if (number > uint64_t(std::numeric_limits<int64_t>::max()) || int64_t(number) < lowest)
      return std::nullopt;
    return int64_t(number);
  }
  if (value.is_number_integer() && value.get<int64_t>() >= lowest)
    return value.get<int64_t>();
  return std::nullopt;
}

JsonObject::JsonObject(const Json &value, std::string where) : value(value), place(std::move(where)) {
  if (!value.is_object())
    refuse("expected an object, found ", value.type_name());
}

const Json *JsonObject::find(const char *key) const {
  const auto found = value.find(key);
  return found == value.end() ? nullptr : &*found;
}

const Json &JsonObject::at(const char *key) const {
  if (const Json *found = find(key))
    return *found;
  refuse("'", key, "' is missing");
}

const std::string &JsonObject::string(const char *key) const {
  const Json &found = at(key);
  if (!found.is_string())
    refuse("'", key, "' must be a string, found ", found.type_name());
  return found.get_ref<const std::string &>();
}

const Json &JsonObject::array(const char *key) const {
  const Json &found = at(key);
  if (!found.is_array())
    refuse("'", key, "' must be an array, found ", found.type_name());
  return found;
}

int64_t JsonObject::size(const char *key) const {
  const Json &found = at(key);
  if (const auto number = wholeNumber(found, 0))
    return *number;
  refuse("'", key, "' must be a whole number from 0 to 2^63-1");
}

bool JsonObject::flag(const char *key) const {
  const Json *found = find(key);
  if (!found)
    return false;
  if (!found->is_boolean())
    refuse("'", key, "' must be true or false, found ", found->type_name());
  return found->get<bool>();
}

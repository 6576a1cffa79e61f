//===- Weights.cpp - named tensors in a mapped file -----------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The format is docs/formats.md's; whatever it does not allow is refused here, before anything runs on the bytes.
//
//===----------------------------------------------------------------------===//

#include "Weights.h"

#include "Json.h"

using namespace lexon::rt;

namespace {
constexpr int64_t kVersion = 1, kPreparedVersion = 2, kAlignment = 64;
constexpr uint64_t kLargestManifest = uint64_t(256) << 20;

bool endsWith(const std::string &text, const std::string &end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::string folderOf(const std::string &path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

/// NAME.json for NAME.data; a name with neither ending just gets one.
std::string manifestPath(const std::string &path) {
  if (endsWith(path, ".json"))
    return path;
  return (endsWith(path, ".data") ? path.substr(0, path.size() - 5) : path) + ".json";
}

/// A file that the manifest names, which must lie beside it.
std::string fileBeside(const std::string &path, const JsonObject &object, const char *key) {
  const std::string &name = object.string(key);
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos ||
      name.find('\0') != std::string::npos)
    object.refuse("'", key, "' must be the name of a file in the same folder");
  return folderOf(path) + name;
}

/// Prepared weights have a version of their own, so that a reader that knows none of them does not take them for what
/// the tensors' names say.
std::optional<PreparedInfo> parsePrepared(const std::string &path, const JsonObject &document, int64_t version) {
  if ((version == kPreparedVersion) != (document.find("prepared") != nullptr))
    document.refuse("version ", kPreparedVersion, " has the key 'prepared', and no other version");
  if (version != kPreparedVersion)
    return std::nullopt;
  const JsonObject object(document.at("prepared"), document.where() + ": 'prepared'");
  PreparedInfo info{object.string("layout"), object.string("cpu"), ""};
  if (info.layout.empty())
    object.refuse("'layout' is empty");
  if (object.find("raw"))
    info.raw = fileBeside(path, object, "raw");
  return info;
}

uint64_t parseChecksum(const JsonObject &object) {
  const std::string &text = object.string("checksum");
  const std::string prefix = "xxh3:";
  const bool known = text.compare(0, prefix.size(), prefix) == 0 && text.size() == prefix.size() + 16 &&
                     text.find_first_not_of("0123456789abcdefABCDEF", prefix.size()) == std::string::npos;
  if (!known)
    object.refuse("checksum '", text.substr(0, 40), "' is not xxh3: and 16 hexadecimal digits");
  return std::stoull(text.substr(prefix.size()), nullptr, 16);
}

WeightEntry parseEntry(const JsonObject &object, std::string name, int64_t fileBytes) {
  WeightEntry entry;
  entry.name = std::move(name);
  const std::string &dtype = object.string("dtype");
  const DTypeInfo *info = dtypeInfo(dtype);
  if (!info || info->dtype == LEXON_INDEX) // index has no width in a file
    object.refuse("unknown dtype '", dtype, "'");
  entry.dtype = info->dtype;
  for (const Json &size : object.array("shape")) {
    const auto number = wholeNumber(size, 0);
    if (!number)
      object.refuse("a size in 'shape' must be a whole number from 0 to 2^63-1");
    entry.shape.push_back(*number);
  }
  entry.offset = object.size("offset");
  entry.bytes = object.size("bytes");
  entry.checksum = parseChecksum(object);

  const auto needed = byteCount(entry.shape.data(), entry.shape.size(), info->bytes);
  if (!needed || *needed != entry.bytes)
    object.refuse("'bytes' is ", entry.bytes, ", but ", describe(entry.shape.data(), entry.shape.size(), entry.dtype),
                  " takes ", needed ? std::to_string(*needed) : "more than any file can have");
  if (entry.offset % kAlignment != 0)
    object.refuse("offset ", entry.offset, " is not a multiple of ", kAlignment);
  if (entry.offset > fileBytes || entry.bytes > fileBytes - entry.offset)
    object.refuse("it ends at byte ", uint64_t(entry.offset) + uint64_t(entry.bytes), ", past the file's ", fileBytes);
  return entry;
}

/// Offsets rise; only tied weights, with the very same offset, may share bytes.
void checkOrder(const JsonObject &object, const WeightEntry &previous, const WeightEntry &entry) {
  if (entry.offset < previous.offset)
    object.refuse("offset ", entry.offset, " comes after '", previous.name, "' at ", previous.offset,
                  "; offsets must rise");
  if (entry.offset > previous.offset && entry.offset < previous.offset + previous.bytes)
    object.refuse("it begins at byte ", entry.offset, " inside '", previous.name, "'");
}

void parseTensors(const JsonObject &document, Manifest &manifest) {
  const WeightEntry *previous = nullptr; // the one that reaches furthest
  size_t furthest = 0;
  for (const Json &value : document.array("tensors")) {
    const size_t index = manifest.tensors.size();
    const std::string numbered = document.where() + ": tensor #" + std::to_string(index);
    const std::string name = JsonObject(value, numbered).string("name");
    const JsonObject object(value, document.where() + ": tensor '" + name + "'");
    WeightEntry entry = parseEntry(object, name, manifest.bytes);
    if (previous)
      checkOrder(object, *previous, entry);
    if (!manifest.byName.emplace(name, index).second)
      object.refuse("a second tensor of that name");
    manifest.tensors.push_back(std::move(entry));
    const WeightEntry &added = manifest.tensors.back(), &far = manifest.tensors[furthest];
    if (added.offset + added.bytes >= far.offset + far.bytes)
      furthest = index;
    previous = &manifest.tensors[furthest];
  }
}
} // namespace

Manifest lexon::rt::readManifest(const std::string &path) {
  Manifest manifest;
  manifest.path = manifestPath(path);
  const Json document = parseJson(readText(manifest.path, kLargestManifest), manifest.path);
  const JsonObject object(document, manifest.path);
  if (const std::string &format = object.string("format"); format != "lexon-weights")
    object.refuse("format is '", format.substr(0, 40), "', not 'lexon-weights'");
  const int64_t version = object.size("version");
  if (version != kVersion && version != kPreparedVersion)
    object.refuse("version ", version, " is not known to this runtime, which reads versions ", kVersion, " and ",
                  kPreparedVersion);
  manifest.prepared = parsePrepared(path, object, version);
  if (const int64_t alignment = object.size("alignment"); alignment != kAlignment)
    object.refuse("alignment is ", alignment, ", not ", kAlignment);
  manifest.bytes = object.size("bytes");
  if (manifest.bytes % kAlignment != 0)
    object.refuse("'bytes' is ", manifest.bytes, ", not a multiple of ", kAlignment);
  // The data file is the one the caller named, else the one the manifest names.
  const std::string beside = fileBeside(path, object, "data");
  manifest.data = endsWith(path, ".json") ? beside : path;
  parseTensors(object, manifest);
  return manifest;
}

LoadOptions::LoadOptions(const lexon_options *options) {
  if (!options)
    return;
  if (options->size < sizeof(lexon_options))
    fail(LEXON_INVALID_ARGUMENT, "lexon_options: call lexon_options_init before setting its fields");
  if (options->threads < 0)
    fail(LEXON_INVALID_ARGUMENT, "lexon_options: threads is ", options->threads, "; 0 means all cores");
  skipChecksums = options->skip_checksums != 0;
  threads = options->threads;
  progress = options->progress;
  progressUser = options->progress_user;
}

Weights::Weights(const std::string &path, const LoadOptions &options) : description(readManifest(path)) {
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
  fail(LEXON_UNSUPPORTED, path, ": weights are little-endian, this machine is not");
#endif
  file = std::make_unique<const MappedFile>(description.data);
  if (file->size() != uint64_t(description.bytes))
    fail(LEXON_BAD_FORMAT, description.data, ": has ", file->size(), " bytes, but ", description.path, " says ",
         description.bytes);
  if (!options.skipChecksums)
    verifyContent(description, file->data(), options);
}

lexon_tensor Weights::tensor(const WeightEntry &entry) const {
  lexon_tensor view = {};
  view.data = const_cast<char *>(data() + entry.offset); // mapped read-only; the struct serves results too
  view.dtype = entry.dtype;
  view.rank = int32_t(entry.shape.size());
  view.shape = entry.shape.data();
  return view;
}

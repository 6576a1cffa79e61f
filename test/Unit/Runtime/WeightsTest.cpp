//===- WeightsTest.cpp - what is read, and what is refused ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"

#include <functional>
#include <nlohmann/json.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

using namespace lexon::runtime;
using namespace lexon::test;
using Json = nlohmann::ordered_json;

namespace {
/// Two tensors and a tied third: f32 2x3 at 0, i1 5 at 64, and "tied" at 64 too; 128 bytes.
class WeightsFile {
public:
  WeightsFile() {
    data.assign(128, '\0');
    for (int i = 0; i < 24; ++i)
      data[i] = char(7 * i + 1);
    for (int i = 0; i < 5; ++i)
      data[64 + i] = char(i % 2);
    manifest = {{"format", "lexon-weights"}, {"version", 1}, {"data", "arg0.data"}, {"bytes", 128}, {"alignment", 64}};
    manifest["tensors"] = Json::array(
        {entry("first", "f32", {2, 3}, 0, 24), entry("flags", "i1", {5}, 64, 5), entry("tied", "i1", {5}, 64, 5)});
  }
  Json entry(const char *name, const char *dtype, std::vector<int64_t> shape, int64_t offset, int64_t bytes) const {
    char checksum[32];
    const uint64_t hash = XXH3_64bits(data.data() + offset, bytes);
    std::snprintf(checksum, sizeof checksum, "xxh3:%016llx", static_cast<unsigned long long>(hash));
    return {{"name", name},     {"dtype", dtype}, {"shape", shape},
            {"offset", offset}, {"bytes", bytes}, {"checksum", checksum}};
  }
  Json &tensor(size_t index) { return manifest["tensors"][index]; }
  std::string path() const { return folder / "arg0.data"; }
  void write() const {
    writeFile(path(), data);
    writeFile(folder / "arg0.json", manifest.dump());
  }
  Result<Weights> open(const lexon_options *options = nullptr) const { return Weights::open(path(), options); }

  TemporaryFolder folder;
  std::string data;
  Json manifest;
};

/// Writes the file with `change` made, and expects it to be refused with these words.
void expectRefused(const std::function<void(WeightsFile &)> &change, lexon_status status,
                   const std::vector<std::string> &words) {
  WeightsFile file;
  change(file);
  file.write();
  Result<Weights> weights = file.open();
  ASSERT_FALSE(weights) << "accepted; expected: " << words.front();
  expectError(weights.error(), status, words);
}
void expectBadFormat(const std::function<void(WeightsFile &)> &change, const std::vector<std::string> &words) {
  expectRefused(change, LEXON_BAD_FORMAT, words);
}
} // namespace

TEST(Weights, Read) {
  WeightsFile file;
  file.write();
  for (const std::string &path : {file.path(), file.folder / "arg0.json"}) {
    Result<Weights> weights = Weights::open(path);
    ASSERT_TRUE(weights) << weights.error().message;
    EXPECT_EQ(weights->bytes(), 128u);
    EXPECT_EQ(weights->count(), 3u);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(weights->data()) % 64, 0u);
    Result<Tensor> first = weights->find("first"), tied = weights->find("tied"), flags = weights->find("flags");
    ASSERT_TRUE(first && tied && flags);
    EXPECT_EQ(first->shape(), (std::vector<int64_t>{2, 3}));
    EXPECT_EQ(first->dtype(), LEXON_F32);
    EXPECT_EQ(std::memcmp(first->data(), file.data.data(), 24), 0);
    EXPECT_EQ(tied->data(), flags->data());
    auto last = weights->tensor(2);
    ASSERT_TRUE(last);
    EXPECT_EQ(last->first, "tied");
    expectError(weights->find("second").error(), LEXON_NOT_FOUND, {"arg0.json", "'second'"});
    expectError(weights->tensor(3).error(), LEXON_NOT_FOUND, {"#3"});
  }
}

TEST(Weights, NoTensorsAtAll) {
  WeightsFile file;
  file.data.clear();
  file.manifest["bytes"] = 0;
  file.manifest["tensors"] = Json::array();
  file.write();
  Result<Weights> weights = file.open();
  ASSERT_TRUE(weights) << weights.error().message;
  EXPECT_EQ(weights->bytes(), 0u);
  EXPECT_NE(weights->data(), nullptr);
}

TEST(Weights, EmptyTensorAndScalar) {
  WeightsFile file;
  file.manifest["tensors"] = Json::array({file.entry("none", "f64", {0, 7}, 0, 0), file.entry("one", "f64", {}, 0, 8)});
  std::fill(file.data.begin() + 8, file.data.end(), '\0');
  file.write();
  Result<Weights> weights = file.open();
  ASSERT_TRUE(weights) << weights.error().message;
  EXPECT_EQ(weights->find("none")->elements(), 0);
  EXPECT_EQ(weights->find("one")->rank(), 0u);
}

TEST(WeightsRefused, FormatAndVersion) {
  expectBadFormat([](auto &f) { f.manifest["format"] = "safetensors"; }, {"arg0.json", "'safetensors'"});
  expectBadFormat([](auto &f) { f.manifest["version"] = 3; }, {"arg0.json", "version 3"});
  expectBadFormat([](auto &f) { f.manifest["version"] = "1"; }, {"'version' must be a whole number"});
  expectBadFormat([](auto &f) { f.manifest["alignment"] = 32; }, {"alignment is 32"});
  for (const char *key : {"format", "version", "data", "bytes", "alignment", "tensors"})
    expectBadFormat([&](auto &f) { f.manifest.erase(key); }, {"arg0.json", std::string("'") + key + "' is missing"});
  for (const char *key : {"name", "dtype", "shape", "offset", "bytes", "checksum"})
    expectBadFormat([&](auto &f) { f.tensor(1).erase(key); }, {"tensor ", std::string("'") + key + "' is missing"});
}

TEST(WeightsRefused, Length) {
  expectBadFormat([](auto &f) { f.data.pop_back(); }, {"arg0.data: has 127 bytes", "arg0.json says 128"});
  expectBadFormat([](auto &f) { f.data.append(64, '\0'); }, {"arg0.data: has 192 bytes"});
  expectBadFormat([](auto &f) { f.data.clear(); }, {"arg0.data: has 0 bytes"});
  expectBadFormat([](auto &f) { f.manifest["bytes"] = 127, f.data.pop_back(); }, {"127, not a multiple of 64"});
}

TEST(WeightsRefused, TensorsThatDoNotFit) {
  expectBadFormat([](auto &f) { f.tensor(2)["offset"] = 128; },
                  {"tensor 'tied'", "ends at byte 133, past the file's 128"});
  expectBadFormat([](auto &f) { f.tensor(1)["offset"] = 65; }, {"tensor 'flags'", "65 is not a multiple of 64"});
  expectBadFormat([](auto &f) { f.tensor(0)["bytes"] = 28; }, {"tensor 'first'", "28, but 2x3xf32 takes 24"});
  expectBadFormat([](auto &f) { f.tensor(0)["dtype"] = "f64"; }, {"tensor 'first'", "2x3xf64 takes 48"});
  expectBadFormat([](auto &f) { f.tensor(0)["dtype"] = "index"; }, {"unknown dtype 'index'"});
  expectBadFormat([](auto &f) { f.tensor(0)["dtype"] = "float"; }, {"unknown dtype 'float'"});
  expectBadFormat([](auto &f) { std::swap(f.tensor(0), f.tensor(1)); }, {"tensor 'first'", "offsets must rise"});
  expectBadFormat([](auto &f) { f.tensor(2)["name"] = "first"; }, {"tensor 'first'", "a second tensor of that name"});
  expectBadFormat(
      [](auto &f) {
        f.manifest["tensors"] = Json::array({f.entry("long", "u8", {100}, 0, 100), f.entry("in", "u8", {5}, 64, 5)});
      },
      {"tensor 'in'", "begins at byte 64 inside 'long'"});
}

TEST(WeightsRefused, HostileNumbers) {
  for (const char *number :
       {"-1", "1.5", "1e300", "\"0\"", "null", "[]", "18446744073709551616", "9223372036854775808"})
    for (const char *key : {"offset", "bytes", "shape"}) {
      const std::string message = std::string("'") + key + "'";
      expectBadFormat(
          [&](auto &f) {
            const Json value = Json::parse(number);
            f.tensor(0)[key] = key == std::string("shape") ? Json::array({value}) : value;
          },
          {"tensor 'first'", message, "whole number from 0 to 2^63-1"});
    }
  const int64_t big = int64_t(1) << 40, most = std::numeric_limits<int64_t>::max();
  expectBadFormat([&](auto &f) { f.tensor(0)["shape"] = {big, big}; }, {"takes more than any file can have"});
  expectBadFormat([&](auto &f) { f.tensor(0)["offset"] = most - 63; }, {"tensor 'first'", "past the file's 128"});
  expectBadFormat([&](auto &f) { f.manifest["bytes"] = most - 63; }, {"has 128 bytes", "says 9223372036854775744"});
  expectBadFormat([](auto &f) { f.manifest["tensors"] = {{"a", 1}}; }, {"'tensors' must be an array"});
  expectBadFormat([](auto &f) { f.manifest["tensors"] = {1, 2}; }, {"tensor #0", "expected an object"});
}

TEST(WeightsRefused, Checksums) {
  expectRefused([](auto &f) { f.data[23] ^= 1; }, LEXON_BAD_CHECKSUM, {"arg0.data", "tensor 'first'", "damaged"});
  expectRefused([](auto &f) { f.data[64] ^= 1; }, LEXON_BAD_CHECKSUM, {"tensor 'flags'"});
  expectRefused([](auto &f) { f.data[30] = 1; }, LEXON_BAD_CHECKSUM, {"gap before tensor 'flags'", "24 to 64"});
  expectRefused([](auto &f) { f.data[127] = 1; }, LEXON_BAD_CHECKSUM, {"gap after", "69 to 128"});
  for (const char *text : {"xxh3:123", "xxh64:0123456789abcdef", "xxh3:0123456789abcdeg", ""})
    expectBadFormat([&](auto &f) { f.tensor(0)["checksum"] = text; }, {"tensor 'first'", "checksum '"});
  expectBadFormat(
      [](auto &f) {
        f.data[66] = 2;
        for (int i = 1; i < 3; ++i)
          f.tensor(i) = f.entry(i == 1 ? "flags" : "tied", "i1", {5}, 64, 5);
      },
      {"tensor 'flags'", "neither 0 nor 1"});
}

TEST(WeightsRefused, SkippingChecksumsSkipsNothingElse) {
  WeightsFile file;
  file.data[5] ^= 1;
  file.write();
  lexon_options options = defaultOptions();
  EXPECT_FALSE(file.open(&options));
  options.skip_checksums = 1;
  EXPECT_TRUE(file.open(&options));
  file.data.pop_back();
  file.write();
  EXPECT_FALSE(file.open(&options));
}

TEST(WeightsRefused, FilesThatAreNone) {
  WeightsFile file;
  file.write();
  expectError(Weights::open(file.folder / "absent.data").error(), LEXON_FILE_ERROR,
              {"absent.json: cannot open: No such file"});
  expectError(Weights::open(file.folder.path).error(), LEXON_FILE_ERROR, {".json: cannot open"});
  writeFile(file.folder / "dir.json/x", "");
  expectError(Weights::open(file.folder / "dir.json").error(), LEXON_FILE_ERROR, {"not a regular file"});
  std::filesystem::remove(file.path());
  expectError(file.open().error(), LEXON_FILE_ERROR, {"arg0.data: cannot open"});
  EXPECT_EQ(lexon_weights_open(nullptr, nullptr, nullptr), LEXON_INVALID_ARGUMENT);
  lexon_options options = {};
  expectError(file.open(&options).error(), LEXON_INVALID_ARGUMENT, {"lexon_options_init"});
}

TEST(WeightsRefused, GarbageManifests) {
  const std::string deep(1000000, '['), objects = [] {
    std::string text;
    for (int i = 0; i < 100000; ++i)
      text += "{\"a\":";
    return text;
  }();
  for (const std::string &text : {std::string(), std::string("{"), std::string("\0\1\2", 3), std::string("\xff\xfe"),
                                  std::string("nul"), std::string("3"), std::string("\"x"), deep, objects}) {
    WeightsFile file;
    file.write();
    writeFile(file.folder / "arg0.json", text);
    expectError(file.open().error(), LEXON_BAD_FORMAT, {"arg0.json"});
  }
}

TEST(Weights, ManyTensorsInParallel) {
  // Larger than what one thread takes at a time, so that helpers start; the first damaged tensor is named.
  WeightsFile file;
  constexpr int64_t kCount = 64, kBytes = 1 << 18;
  file.data.resize(kCount * kBytes);
  for (size_t i = 0; i < file.data.size(); i += 13)
    file.data[i] = char(i * i >> 7);
  file.manifest["bytes"] = file.data.size();
  file.manifest["tensors"] = Json::array();
  for (int64_t i = 0; i < kCount; ++i)
    file.manifest["tensors"].push_back(
        file.entry(("t" + std::to_string(i)).c_str(), "u8", {kBytes}, i * kBytes, kBytes));
  file.write();
  lexon_options options = defaultOptions();
  std::vector<std::pair<uint64_t, uint64_t>> seen;
  options.progress_user = &seen;
  options.progress = [](void *user, uint64_t done, uint64_t total) {
    static_cast<decltype(seen) *>(user)->emplace_back(done, total);
    return 0;
  };
  for (const int threads : {0, 1, 3, 500}) {
    options.threads = threads;
    seen.clear();
    EXPECT_TRUE(file.open(&options));
    ASSERT_FALSE(seen.empty());
    EXPECT_EQ(seen.back(), std::make_pair(uint64_t(file.data.size()), uint64_t(file.data.size())));
  }
  options.progress = [](void *, uint64_t, uint64_t) { return 1; };
  expectError(file.open(&options).error(), LEXON_CANCELLED, {"arg0.data", "cancelled"});
  for (const int64_t damaged : {60, 41, 7})
    file.data[damaged * kBytes + 99] ^= 1;
  file.write();
  expectError(file.open().error(), LEXON_BAD_CHECKSUM, {"tensor 't7'"});
}

//===- Data.cpp - buffers with guards, numbers in and out -----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Data.h"

#include <cmath>
#include <cstring>
#include <limits>

using namespace lexon::differential;

template <typename T> static T read(const void *at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

/// A binary floating-point number of 16 bits.
static double decodeShort(uint16_t bits, int exponentBits) {
  int fractionBits = 15 - exponentBits, top = (1 << exponentBits) - 1, bias = top / 2;
  int exponent = (bits >> fractionBits) & top;
  double fraction = bits & ((1 << fractionBits) - 1);
  double magnitude;
  if (exponent == top)
    magnitude = fraction != 0 ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity();
  else if (exponent == 0)
    magnitude = std::ldexp(fraction, 1 - bias - fractionBits);
  else
    magnitude = std::ldexp(fraction + (1 << fractionBits), exponent - bias - fractionBits);
  return bits & 0x8000 ? -magnitude : magnitude;
}

/// The value must be zero, NaN or a normal number that the format holds.
static uint16_t encodeShort(double value, int exponentBits) {
  int fractionBits = 15 - exponentBits, top = (1 << exponentBits) - 1, bias = top / 2;
  uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  if (std::isnan(value))
    return (top << fractionBits) | 1;
  if (value == 0)
    return sign;
  int exponent = 0;
  double fraction = std::frexp(std::fabs(value), &exponent); // in [0.5, 1)
  auto bits = static_cast<uint16_t>(std::lround(std::ldexp(fraction, fractionBits + 1)));
  return sign | ((exponent - 1 + bias) << fractionBits) | (bits & ((1 << fractionBits) - 1));
}

double lexon::differential::decode(Element element, const void *at) {
  switch (element) {
  case Element::F32:
    return read<float>(at);
  case Element::F64:
    return read<double>(at);
  case Element::F16:
    return decodeShort(read<uint16_t>(at), 5);
  case Element::BF16:
    return decodeShort(read<uint16_t>(at), 8);
  case Element::I32:
    return read<int32_t>(at);
  case Element::I8:
    return read<int8_t>(at);
  }
  return 0;
}

template <typename T> static void write(T value, void *at) { std::memcpy(at, &value, sizeof value); }

void lexon::differential::encode(Element element, double value, void *at) {
  switch (element) {
  case Element::F32:
    return write(static_cast<float>(value), at);
  case Element::F64:
    return write(value, at);
  case Element::F16:
    return write(encodeShort(value, 5), at);
  case Element::BF16:
    return write(encodeShort(value, 8), at);
  case Element::I32:
    return write(static_cast<int32_t>(value), at);
  case Element::I8:
    return write(static_cast<int8_t>(value), at);
  }
}

double lexon::differential::randomValue(Element element, Random &random) {
  switch (element) {
  case Element::F32: // 24 bits
    return std::ldexp(random.unit(), -static_cast<int>(random.below(4)));
  case Element::F64:
    return std::ldexp(random.unit() + random.unit() * 0x1p-24, -static_cast<int>(random.below(4)));
  case Element::F16:
    return static_cast<double>(random.between(-1024, 1024)) / 1024;
  case Element::BF16:
    return static_cast<double>(random.between(-128, 128)) / 128;
  case Element::I32: // sums may wrap around
    return static_cast<double>(random.chance(0.5) ? random.between(-99, 99) : static_cast<int32_t>(random.next()));
  case Element::I8:
    return static_cast<double>(random.between(-128, 127));
  }
  return 0;
}

Buffer::Buffer(Element element, const View &view, Random &random) : type(element), bytes(elementBytes(element)) {
  constexpr int64_t guard = 512, alignment = 64;
  auto [low, high] = view.count() > 0 ? view.range() : std::pair(view.offset, view.offset - 1);
  // Element-aligned and no more: nothing promises a compiled function more than that.
  int64_t shift = random.chance(0.5) ? 0 : random.below(alignment / bytes) * bytes;
  memory.resize((high - low + 1) * bytes + 2 * guard + 2 * alignment);
  auto misaligned = static_cast<int64_t>(reinterpret_cast<uintptr_t>(memory.data()) % alignment);
  origin = guard + alignment - misaligned + shift - low * bytes;
  // What a function must not read spoils every sum it enters.
  for (size_t i = 0; i + bytes <= memory.size(); i += bytes) {
    size_t place = i + static_cast<size_t>(byteOf(low)) % bytes;
    if (place + bytes <= memory.size())
      isInteger(type) ? encode(type, randomValue(type, random), &memory[place])
                      : encode(type, std::numeric_limits<double>::quiet_NaN(), &memory[place]);
  }
}

std::vector<int64_t> lexon::differential::descriptor(void *allocated, void *aligned, const View &view) {
  std::vector<int64_t> words{static_cast<int64_t>(reinterpret_cast<intptr_t>(allocated)),
                             static_cast<int64_t>(reinterpret_cast<intptr_t>(aligned)), view.offset};
  words.insert(words.end(), view.sizes.begin(), view.sizes.end());
  words.insert(words.end(), view.strides.begin(), view.strides.end());
  return words;
}

CallData::CallData(const Function &concrete) {
  Random random(concrete.dataSeed);
  for (unsigned operand : {kA, kB, kC}) {
    if (!concrete.hasInput(operand))
      continue;
    Element element = concrete.operands[operand].element;
    bases.push_back(baseView(concrete, operand));
    last.push_back(lastView(concrete, operand));
    Buffer &buffer = buffers.emplace_back(element, bases.back(), random);
    // What will be filled is NaN before: zero times it is not zero.
    if (operand == kC && concrete.initial != Initial::Given)
      continue;
    forEachElement(last.back(), [&](int64_t position, const std::vector<int64_t> &) {
      encode(element, randomValue(element, random), buffer.at(position));
    });
  }
}

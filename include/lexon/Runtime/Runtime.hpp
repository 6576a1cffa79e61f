//===- Runtime.hpp - C++ over the C ABI -------------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Ownership and types for lexon.h in one header, nothing to link beyond the C ABI. Works without exceptions: what can
// fail gives a Result, whose error() says why.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_RUNTIME_RUNTIME_HPP
#define LEXON_RUNTIME_RUNTIME_HPP

#include "lexon/Runtime/lexon.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lexon::runtime {

/// A status with its message. True means that something went wrong, so that `if (Error error = f())` reads well.
struct Error {
  lexon_status status = LEXON_OK;
  std::string message;

  explicit operator bool() const { return status != LEXON_OK; }
  static Error check(lexon_status status) { return status == LEXON_OK ? Error{} : Error{status, lexon_last_error()}; }
};

/// A value, or the error that kept it from existing.
template <typename T> class [[nodiscard]] Result {
public:
  Result(T value) : value(std::move(value)) {}
  Result(Error error) : failure(std::move(error)) {}

  explicit operator bool() const { return value.has_value(); }
  T &operator*() { return *value; }
  T *operator->() { return &*value; }
  const Error &error() const { return failure; }

private:
  std::optional<T> value;
  Error failure;
};

/// The dtype of a C++ type; f16 and bf16 have none.
template <typename T> struct DTypeOf;
template <> struct DTypeOf<double> {
  static constexpr lexon_dtype value = LEXON_F64;
};
template <> struct DTypeOf<float> {
  static constexpr lexon_dtype value = LEXON_F32;
};
template <> struct DTypeOf<int64_t> {
  static constexpr lexon_dtype value = LEXON_I64;
};
template <> struct DTypeOf<int32_t> {
  static constexpr lexon_dtype value = LEXON_I32;
};
template <> struct DTypeOf<int16_t> {
  static constexpr lexon_dtype value = LEXON_I16;
};
template <> struct DTypeOf<int8_t> {
  static constexpr lexon_dtype value = LEXON_I8;
};
template <> struct DTypeOf<uint8_t> {
  static constexpr lexon_dtype value = LEXON_U8;
};
template <> struct DTypeOf<bool> {
  static constexpr lexon_dtype value = LEXON_I1;
};

/// A tensor: a view of the caller's memory, or one that the runtime allocated and this object frees. Its shape is its
/// own, so temporaries may be given.
class Tensor {
public:
  /// No memory: as a result it asks the runtime to allocate.
  Tensor() = default;
  /// A row-major view, or a strided one (strides in elements).
  Tensor(void *data, int32_t dtype, std::vector<int64_t> shape, std::vector<int64_t> strides = {})
      : sizes(std::move(shape)), steps(std::move(strides)) {
    raw.data = data;
    raw.dtype = dtype;
    relink();
  }
  template <typename T> static Tensor view(T *data, std::vector<int64_t> shape, std::vector<int64_t> strides = {}) {
    using Element = std::remove_const_t<T>;
    return Tensor(const_cast<Element *>(data), DTypeOf<Element>::value, std::move(shape), std::move(strides));
  }
  /// Takes over what the C ABI filled in.
  static Tensor adopt(lexon_tensor tensor) {
    Tensor result;
    result.raw = tensor;
    return result;
  }
  Tensor(Tensor &&other) noexcept { swap(other); }
  Tensor &operator=(Tensor &&other) noexcept {
    swap(other);
    return *this;
  }
  ~Tensor() { lexon_tensor_free(&raw); }

  void *data() const { return raw.data; }
  template <typename T> T *as() const { return raw.dtype == DTypeOf<T>::value ? static_cast<T *>(raw.data) : nullptr; }
  int32_t dtype() const { return raw.dtype; } ///< a lexon_dtype
  size_t rank() const { return raw.rank; }
  int64_t size(size_t dimension) const { return raw.shape[dimension]; }
  std::vector<int64_t> shape() const { return {raw.shape, raw.shape + raw.rank}; }
  int64_t elements() const {
    int64_t count = 1;
    for (int32_t i = 0; i < raw.rank; ++i)
      count *= raw.shape[i];
    return count;
  }
  const lexon_tensor &c() const { return raw; }
  lexon_tensor &c() { return raw; }

private:
  void relink() {
    raw.rank = int32_t(sizes.size());
    raw.shape = sizes.data();
    raw.strides = steps.empty() ? nullptr : steps.data();
  }
  void swap(Tensor &other) noexcept {
    std::swap(raw, other.raw);
    sizes.swap(other.sizes); // keeps the addresses that raw points to
    steps.swap(other.steps);
  }
  lexon_tensor raw = {};
  std::vector<int64_t> sizes, steps;
};

namespace detail {
struct CloseWeights {
  void operator()(lexon_weights *weights) const { lexon_weights_close(weights); }
};
struct CloseModel {
  void operator()(lexon_model *model) const { lexon_model_close(model); }
};
} // namespace detail

/// Options with their defaults.
inline lexon_options defaultOptions() {
  lexon_options options;
  lexon_options_init(&options);
  return options;
}

/// Named tensors of a file; views stay valid as long as this object lives.
class Weights {
public:
  static Result<Weights> open(const std::string &path, const lexon_options *options = nullptr) {
    lexon_weights *weights = nullptr;
    if (Error error = Error::check(lexon_weights_open(path.c_str(), options, &weights)))
      return error;
    return Weights(weights);
  }
  const void *data() const { return lexon_weights_data(handle.get()); }
  uint64_t bytes() const { return lexon_weights_bytes(handle.get()); }
  size_t count() const { return lexon_weights_count(handle.get()); }
  Result<Tensor> find(const std::string &name) const {
    lexon_tensor tensor;
    if (Error error = Error::check(lexon_weights_find(handle.get(), name.c_str(), &tensor)))
      return error;
    return Tensor::adopt(tensor);
  }
  /// Name and view of tensor number `index`, in file order.
  Result<std::pair<std::string, Tensor>> tensor(size_t index) const {
    lexon_tensor tensor;
    const char *name = nullptr;
    if (Error error = Error::check(lexon_weights_tensor(handle.get(), index, &name, &tensor)))
      return error;
    return std::pair<std::string, Tensor>(name, Tensor::adopt(tensor));
  }
  const lexon_weights *c() const { return handle.get(); }

private:
  explicit Weights(lexon_weights *weights) : handle(weights) {}
  std::unique_ptr<lexon_weights, detail::CloseWeights> handle;
};

/// One entry of a model; valid as long as the model lives. Copies are cheap.
class Function {
public:
  explicit Function(const lexon_function *function) : handle(function) {}

  /// `results` has one tensor per result: empty ones are allocated, others written in place.
  Error call(const std::vector<Tensor> &arguments, std::vector<Tensor> &results) const {
    return run(arguments, results,
               [&](auto *in, size_t n, auto *out, size_t m) { return lexon_call(handle, in, n, out, m); });
  }
  /// With all results allocated by the runtime.
  Result<std::vector<Tensor>> call(const std::vector<Tensor> &arguments) const {
    std::vector<Tensor> results(resultCount());
    if (Error error = call(arguments, results))
      return error;
    return results;
  }
  Error benchmark(const std::vector<Tensor> &arguments, std::vector<Tensor> &results, uint64_t warmup, uint64_t runs,
                  lexon_stats &stats) const {
    return run(arguments, results, [&](auto *in, size_t n, auto *out, size_t m) {
      return lexon_benchmark(handle, in, n, out, m, warmup, runs, &stats);
    });
  }
  std::string name() const { return lexon_function_name(handle); }
  std::string signature() const { return lexon_function_signature(handle); }
  bool takesWeights() const { return lexon_function_takes_weights(handle); }
  /// The weights as the function gets them; views of the model's memory.
  Result<Tensor> weights() const {
    lexon_tensor tensor;
    if (Error error = Error::check(lexon_function_weights(handle, &tensor)))
      return error;
    return Tensor::adopt(tensor);
  }
  /// The function that prepares the constants; empty if there is nothing to prepare.
  std::string prepare() const { return orEmpty(lexon_function_prepare(handle)); }
  std::string preparedLayout() const { return orEmpty(lexon_function_prepared_layout(handle)); }
  size_t argumentCount() const { return lexon_function_argument_count(handle); }
  size_t resultCount() const { return lexon_function_result_count(handle); }
  Result<lexon_parameter> argument(size_t index) const { return parameter(lexon_function_argument, index); }
  Result<lexon_parameter> result(size_t index) const { return parameter(lexon_function_result, index); }
  const lexon_function *c() const { return handle; }

private:
  static std::string orEmpty(const char *text) { return text ? text : ""; }
  using Getter = lexon_status (*)(const lexon_function *, size_t, lexon_parameter *);
  Result<lexon_parameter> parameter(Getter get, size_t index) const {
    lexon_parameter found;
    if (Error error = Error::check(get(handle, index, &found)))
      return error;
    return found;
  }
  template <typename Call>
  Error run(const std::vector<Tensor> &arguments, std::vector<Tensor> &results, Call call) const {
    std::vector<lexon_tensor> in, out;
    for (const Tensor &tensor : arguments)
      in.push_back(tensor.c());
    for (const Tensor &tensor : results)
      out.push_back(tensor.c());
    if (Error error = Error::check(call(in.data(), in.size(), out.data(), out.size())))
      return error;
    for (size_t i = 0; i < results.size(); ++i)
      if (!results[i].data()) // the runtime allocated this one
        results[i] = Tensor::adopt(out[i]);
    return {};
  }
  const lexon_function *handle;
};

/// A compiled module, with its weights if it has any.
class Model {
public:
  /// An empty `library` is the running program, empty `weights` are none.
  static Result<Model> open(const std::string &library, const std::string &weights = "",
                            const lexon_options *options = nullptr) {
    lexon_model *model = nullptr;
    const lexon_status status = lexon_model_open(library.empty() ? nullptr : library.c_str(),
                                                 weights.empty() ? nullptr : weights.c_str(), options, &model);
    if (Error error = Error::check(status))
      return error;
    return Model(model);
  }
  Result<Function> function(const std::string &name) const {
    const lexon_function *function = nullptr;
    if (Error error = Error::check(lexon_model_function(handle.get(), name.c_str(), &function)))
      return error;
    return Function(function);
  }
  /// Names of the exported functions.
  std::vector<std::string> functions() const {
    std::vector<std::string> names;
    for (size_t i = 0; i < lexon_model_function_count(handle.get()); ++i)
      names.emplace_back(lexon_model_function_name(handle.get(), i));
    return names;
  }
  /// The CPU it was compiled for; empty if it does not say.
  std::string cpu() const {
    const char *name = lexon_model_cpu(handle.get());
    return name ? name : "";
  }
  lexon_model *c() const { return handle.get(); }

private:
  explicit Model(lexon_model *model) : handle(model) {}
  std::unique_ptr<lexon_model, detail::CloseModel> handle;
};

} // namespace lexon::runtime

#endif // LEXON_RUNTIME_RUNTIME_HPP

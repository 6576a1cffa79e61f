//===- CApi.cpp - the C ABI over the C++ inside ---------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "CallFrame.h"
#include "Failure.h"
#include "Model.h"
#include "Weights.h"
#include "lexon/Runtime/lexon.h"

#include <cstring>

using namespace lexon::rt;

namespace {
struct StatusInfo {
  int value;
  const char *name, *meaning;
};
constexpr StatusInfo kStatuses[] = {
#define LEXON_STATUS(name, value, meaning) {LEXON_##name, #name, meaning},
#include "lexon/Runtime/Status.def"
};

const StatusInfo *statusInfo(int value) {
  for (const StatusInfo &info : kStatuses)
    if (info.value == value)
      return &info;
  return nullptr;
}

template <typename... Pointers> void requireAll(const char *function, Pointers... pointers) {
  if (((pointers == nullptr) || ...))
    fail(LEXON_INVALID_ARGUMENT, function, ": a null pointer");
}

lexon_parameter publicView(const Parameter &parameter) {
  lexon_parameter view = {};
  view.kind = parameter.kind;
  view.dtype = parameter.dtype;
  view.rank = int32_t(parameter.shape.size());
  view.shape = parameter.shape.data();
  view.passing = parameter.passing;
  view.mutated = parameter.mutated;
  view.constant = parameter.constant;
  return view;
}

void readParameter(const lexon_function *function, const std::vector<Parameter> &list, const char *what, size_t index,
                   lexon_parameter *parameter) {
  if (index >= list.size())
    fail(LEXON_INVALID_ARGUMENT, "'", function->name, "' has no ", what, " #", index, ", only ", list.size());
  *parameter = publicView(list[index]);
}
} // namespace

const char *lexon_version(void) { return LEXON_VERSION_STRING; }
const char *lexon_last_error(void) { return lastMessage(); }

const char *lexon_status_name(int status) {
  const StatusInfo *info = statusInfo(status);
  return info ? info->name : nullptr;
}
const char *lexon_status_meaning(int status) {
  const StatusInfo *info = statusInfo(status);
  return info ? info->meaning : nullptr;
}

const char *lexon_dtype_name(int dtype) {
  const DTypeInfo *info = dtypeInfo(dtype);
  return info ? info->name : nullptr;
}
size_t lexon_dtype_bytes(int dtype) {
  const DTypeInfo *info = dtypeInfo(dtype);
  return info ? info->bytes : 0;
}
int lexon_dtype_from_name(const char *name) {
  for (int dtype = 1; name && lexon_dtype_name(dtype); ++dtype)
    if (std::strcmp(name, lexon_dtype_name(dtype)) == 0)
      return dtype;
  return 0;
}

void lexon_tensor_free(lexon_tensor *tensor) {
  if (!tensor || !tensor->owner)
    return;
  delete static_cast<TensorOwner *>(tensor->owner);
  *tensor = {};
}

void lexon_options_init(lexon_options *options) {
  if (!options)
    return;
  *options = {};
  options->size = sizeof *options;
}

lexon_status lexon_weights_open(const char *path, const lexon_options *options, lexon_weights **weights) {
  return guarded([&] {
    requireAll("lexon_weights_open", path, weights);
    *weights = nullptr;
    *weights = new lexon_weights(path, LoadOptions(options));
  });
}
void lexon_weights_close(lexon_weights *weights) { delete weights; }
const void *lexon_weights_data(const lexon_weights *weights) { return weights ? weights->data() : nullptr; }
uint64_t lexon_weights_bytes(const lexon_weights *weights) { return weights ? weights->manifest().bytes : 0; }
size_t lexon_weights_count(const lexon_weights *weights) { return weights ? weights->manifest().tensors.size() : 0; }

lexon_status lexon_weights_tensor(const lexon_weights *weights, size_t index, const char **name, lexon_tensor *tensor) {
  return guarded([&] {
    requireAll("lexon_weights_tensor", weights, tensor);
    const auto &tensors = weights->manifest().tensors;
    if (index >= tensors.size())
      fail(LEXON_NOT_FOUND, weights->manifest().path, ": has no tensor #", index, ", only ", tensors.size());
    *tensor = weights->tensor(tensors[index]);
    if (name)
      *name = tensors[index].name.c_str();
  });
}

lexon_status lexon_weights_find(const lexon_weights *weights, const char *name, lexon_tensor *tensor) {
  return guarded([&] {
    requireAll("lexon_weights_find", weights, name, tensor);
    const Manifest &manifest = weights->manifest();
    const auto found = manifest.byName.find(name);
    if (found == manifest.byName.end())
      fail(LEXON_NOT_FOUND, manifest.path, ": has no tensor '", name, "'");
    *tensor = weights->tensor(manifest.tensors[found->second]);
  });
}

const char *lexon_weights_prepared_layout(const lexon_weights *weights) {
  return weights && weights->manifest().prepared ? weights->manifest().prepared->layout.c_str() : nullptr;
}

lexon_status lexon_model_open(const char *library, const char *weights, const lexon_options *options,
                              lexon_model **model) {
  return guarded([&] {
    requireAll("lexon_model_open", model);
    *model = nullptr;
    *model = new lexon_model(library, weights, LoadOptions(options));
  });
}
void lexon_model_close(lexon_model *model) { delete model; }
size_t lexon_model_function_count(const lexon_model *model) { return model ? model->library.functions().size() : 0; }
const char *lexon_model_function_name(const lexon_model *model, size_t index) {
  return index < lexon_model_function_count(model) ? model->library.functions()[index].c_str() : nullptr;
}
const lexon_weights *lexon_model_weights(const lexon_model *model) { return model ? model->weights.get() : nullptr; }

const char *lexon_model_cpu(const lexon_model *model) {
  return model && !model->library.cpu().empty() ? model->library.cpu().c_str() : nullptr;
}

lexon_status lexon_model_function(lexon_model *model, const char *name, const lexon_function **function) {
  return guarded([&] {
    requireAll("lexon_model_function", model, name, function);
    *function = nullptr;
    *function = &model->function(name);
  });
}

const char *lexon_function_name(const lexon_function *function) { return function ? function->name.c_str() : nullptr; }
const char *lexon_function_signature(const lexon_function *function) {
  return function ? function->signatureText.c_str() : nullptr;
}
int lexon_function_takes_weights(const lexon_function *function) { return function && function->weights; }
lexon_status lexon_function_weights(const lexon_function *function, lexon_tensor *tensor) {
  return guarded([&] {
    requireAll("lexon_function_weights", function, tensor);
    if (!function->weights)
      fail(LEXON_NOT_FOUND, "'", function->name, "' has no weights");
    *tensor = {};
    tensor->data = const_cast<char *>(function->weights);
    tensor->dtype = LEXON_I8;
    tensor->rank = 1;
    tensor->shape = &function->weightsBytes;
  });
}
const char *lexon_function_prepare(const lexon_function *function) {
  return function && !function->signature.prepare.empty() ? function->signature.prepare.c_str() : nullptr;
}
const char *lexon_function_prepared_layout(const lexon_function *function) {
  return lexon_function_prepare(function) ? function->signature.preparedLayout.c_str() : nullptr;
}
size_t lexon_function_argument_count(const lexon_function *function) {
  return function ? function->signature.arguments.size() : 0;
}
size_t lexon_function_result_count(const lexon_function *function) {
  return function ? function->signature.results.size() : 0;
}
lexon_status lexon_function_argument(const lexon_function *function, size_t index, lexon_parameter *parameter) {
  return guarded([&] {
    requireAll("lexon_function_argument", function, parameter);
    readParameter(function, function->signature.arguments, "argument", index, parameter);
  });
}
lexon_status lexon_function_result(const lexon_function *function, size_t index, lexon_parameter *parameter) {
  return guarded([&] {
    requireAll("lexon_function_result", function, parameter);
    readParameter(function, function->signature.results, "result", index, parameter);
  });
}

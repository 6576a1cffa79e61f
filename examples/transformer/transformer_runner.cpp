//===- transformer_runner.cpp - time the compiled block and prove it ------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "../common/Runner.h"

using lexon::example::Sizes;

namespace {
double qkvWidth(const Sizes &sizes) {
  return double(sizes.at("num_attention_heads") + 2 * sizes.at("num_key_value_heads")) * double(sizes.at("head_dim"));
}

double mixedWidth(const Sizes &sizes) { return double(sizes.at("num_attention_heads") * sizes.at("head_dim")); }

double tokens(const Sizes &sizes) { return double(sizes.at("batch_size") * sizes.at("seq_len")); }

/// Scores and their products with v count in full, as the model says, not half for the mask.
double flops(const Sizes &sizes) {
  const double widths = qkvWidth(sizes) + mixedWidth(sizes) + 3 * double(sizes.at("intermediate_size"));
  const double linear = double(sizes.at("hidden_size")) * widths;
  const double attention = 2 * mixedWidth(sizes) * double(sizes.at("seq_len"));
  return 2 * tokens(sizes) * (linear + attention);
}

/// Norms, q k v, scores, mix, projections, gate, up, their product.
double activationBytes(const Sizes &sizes) {
  const double scores = double(sizes.at("num_attention_heads") * sizes.at("seq_len"));
  const double mlp = 3 * double(sizes.at("intermediate_size"));
  return 4 * tokens(sizes) * (6 * double(sizes.at("hidden_size")) + qkvWidth(sizes) + mixedWidth(sizes) + scores + mlp);
}
} // namespace

int main(int argc, char **argv) {
  return lexon::example::runnerMain(argc, argv,
                                    {"transformer",
                                     "block",
                                     {"batch_size", "seq_len", "hidden_size", "intermediate_size",
                                      "num_attention_heads", "num_key_value_heads", "head_dim"},
                                     flops,
                                     activationBytes});
}

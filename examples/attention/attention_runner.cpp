//===- attention_runner.cpp - time the compiled layer and prove it ---------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "../common/Runner.h"

using lexon::example::Sizes;

namespace {
/// Elements of q, k and v together, of q alone, and of the scores, per token.
struct Widths {
  double qkv, query, scores;

  explicit Widths(const Sizes &sizes) {
    const double heads = double(sizes.at("num_attention_heads")), size = double(sizes.at("head_dim"));
    query = heads * size;
    qkv = query + 2 * double(sizes.at("num_key_value_heads")) * size;
    scores = heads * double(sizes.at("seq_len"));
  }
};

double tokens(const Sizes &sizes) { return double(sizes.at("batch_size") * sizes.at("seq_len")); }

/// Scores and their products with v count in full, as the model says, not half for the mask.
double flops(const Sizes &sizes) {
  const Widths widths(sizes);
  const double projections = double(sizes.at("hidden_size")) * (widths.qkv + widths.query);
  return 2 * tokens(sizes) * (projections + 2 * widths.query * double(sizes.at("seq_len")));
}

/// q, k, v, scores, what is mixed of v, and its projection.
double activationBytes(const Sizes &sizes) {
  const Widths widths(sizes);
  return 4 * tokens(sizes) * (widths.qkv + widths.scores + widths.query + double(sizes.at("hidden_size")));
}
} // namespace

int main(int argc, char **argv) {
  const std::vector<std::string> sizes = {"batch_size",          "seq_len", "hidden_size", "num_attention_heads",
                                          "num_key_value_heads", "head_dim"};
  return lexon::example::runnerMain(argc, argv, {"attention", "layer", sizes, flops, activationBytes});
}

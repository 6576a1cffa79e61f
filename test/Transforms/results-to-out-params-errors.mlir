// RUN: lexon-opt %s --results-to-out-params --split-input-file --verify-diagnostics

// expected-error @below {{'func.func' op has an unranked tensor in its type; a compiled function needs ranks}}
func.func @unranked(%a: tensor<*xf32>) {
  return
}

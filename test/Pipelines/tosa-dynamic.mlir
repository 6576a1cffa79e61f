// A dynamic number of rows, an integer comparison, a result of dynamic shape (returned, not an out-argument).
// RUN: %python %S/Inputs/stage_by_stage.py %s
func.func @rows(%x: tensor<?x9xf32>, %y: tensor<?x9xf32>) -> (tensor<?x9xf32>, tensor<?x1xi32>) {
  %0 = tosa.greater %x, %y : (tensor<?x9xf32>, tensor<?x9xf32>) -> tensor<?x9xi1>
  %1 = tosa.select %0, %x, %y : (tensor<?x9xi1>, tensor<?x9xf32>, tensor<?x9xf32>) -> tensor<?x9xf32>
  %2 = tosa.cast %0 : (tensor<?x9xi1>) -> tensor<?x9xi32>
  %3 = tosa.reduce_max %2 {axis = 1 : i32} : (tensor<?x9xi32>) -> tensor<?x1xi32>
  return %1, %3 : tensor<?x9xf32>, tensor<?x1xi32>
}

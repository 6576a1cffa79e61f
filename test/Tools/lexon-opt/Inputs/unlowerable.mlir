func.func @f() {
  %t = async.execute {
    async.yield
  }
  async.await %t : !async.token
  return
}

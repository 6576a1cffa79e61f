//===- Process.cpp - runs a program and waits for it ----------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// LLVM's ExecuteAndWait ends a program that takes too long by an alarm, of which a process has one. Here several wait
// at the same time.
//
//===----------------------------------------------------------------------===//

#include "Process.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>

extern char **environ;

using Clock = std::chrono::steady_clock;

/// The program's exit, as a sentence; nothing if it went well.
static std::string describe(int status, bool timedOut) {
  if (timedOut)
    return "was ended because it took too long";
  if (WIFSIGNALED(status))
    return std::string("crashed: ") + strsignal(WTERMSIG(status));
  return WEXITSTATUS(status) == 0 ? "" : "ended with exit code " + std::to_string(WEXITSTATUS(status));
}

static std::string waitFor(pid_t child, unsigned timeoutSeconds) {
  Clock::time_point deadline = Clock::now() + std::chrono::seconds(timeoutSeconds);
  int status = 0;
  bool timedOut = false;
  while (true) {
    pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child || (ended < 0 && errno != EINTR))
      return describe(status, timedOut);
    if (!timedOut && Clock::now() > deadline) {
      timedOut = true;
      kill(child, SIGKILL);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

std::string lexon::differential::runProcess(const std::vector<std::string> &command, const std::string &standardOutput,
                                            const std::string &standardError, unsigned timeoutSeconds) {
  std::vector<char *> arguments;
  for (const std::string &argument : command)
    arguments.push_back(const_cast<char *>(argument.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, standardOutput.c_str(), flags, 0644);
  posix_spawn_file_actions_addopen(&actions, 2, standardError.c_str(), flags, 0644);
  pid_t child = 0;
  int error = posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return error ? std::string("cannot be started: ") + strerror(error) : waitFor(child, timeoutSeconds);
}

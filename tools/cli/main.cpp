// opsim: the verbs are in verbs.cpp, one a row; each is a file of its own.
#include <unistd.h>

#include <iostream>
#include <vector>

#include "tools/cli/verbs.hpp"

int main(int argc, char** argv) {
  const std::vector<std::string_view> words(argv + 1, argv + argc);
  opsim::cli::Streams streams{std::cin, std::cout, std::cerr, isatty(STDOUT_FILENO) == 1};
  try {
    return opsim::cli::main_with(words, streams);
  } catch (const std::exception& failure) {
    std::cerr << "opsim failed: " << failure.what()
              << "\nThis is a fault of opsim, not of your files. Please report it with the command "
                 "that you typed.\n";
    return opsim::cli::kOpsimFailed;
  }
}

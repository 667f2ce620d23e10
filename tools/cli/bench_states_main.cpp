#include <iostream>
#include <string_view>
#include <vector>

#include "tools/cli/bench_states.hpp"

/// The benchmark of state machines alone, without the rest of opsim: opsim_bench_states
int main(int count, char** values) {
  const std::vector<std::string_view> arguments{values + 1, values + count};
  opsim::cli::Streams streams{std::cin, std::cout, std::cerr};
  return opsim::cli::bench_states(arguments, streams);
}

#include <string_view>
#include <vector>

#include "tools/cli/bench_kernel.hpp"

/// The kernel's benchmark alone, without the rest of opsim: opsim_bench_kernel hold --pending 1000
int main(int count, char** values) {
  const std::vector<std::string_view> arguments{values + 1, values + count};
  return opsim::bench_kernel(arguments);
}

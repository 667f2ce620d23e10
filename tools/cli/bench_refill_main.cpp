// opsim_bench_refill: EC2 and Auto Scaling alone under measurement.
#include <iostream>
#include <vector>

#include "models/compute/service.hpp"
#include "tools/cli/bench_refill.hpp"

int main(int count, char** words) {
  const std::vector<std::string_view> arguments{words + 1, words + count};
  const opsim::Service* const services[] = {&opsim::kAutoScaling, &opsim::kEc2};
  opsim::cli::Streams streams{std::cin, std::cout, std::cerr};
  return opsim::cli::bench_refill(arguments, streams, services);
}

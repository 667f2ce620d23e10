#pragma once
/// What needs what: resources of a template, or its conditions. Boost.Graph stays behind this.
#include <cstddef>
#include <cstdint>
#include <vector>

namespace opsim {

class DependencyGraph {
 public:
  explicit DependencyGraph(std::size_t size) : needs_(size) {}

  /// `what` needs `needed` first. Saying it twice is saying it once.
  void add(std::uint32_t what, std::uint32_t needed);

  /// Everything, each after what it needs, and otherwise by number. Only without cycles.
  [[nodiscard]] std::vector<std::uint32_t> order() const;

  /// One shortest cycle of each knot, from its lowest member back to it: {1, 4, 1}.
  [[nodiscard]] std::vector<std::vector<std::uint32_t>> cycles() const;

 private:
  std::vector<std::vector<std::uint32_t>> needs_;
};

}  // namespace opsim

#pragma once
/// Who calls whom, as a graph: the order in which load flows, what everything depends on, how far a
/// failure reaches. The algorithms are Boost.Graph's; this header hides them.
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace opsim::workload {

struct Link {
  std::size_t from = 0;
  std::size_t to = 0;
  bool hard = true;  // `from` fails when `to` does
};

class ServiceGraph {
 public:
  ServiceGraph(std::size_t components, std::span<const Link> links);

  /// Callers before what they call; nothing where somebody calls itself in the end.
  [[nodiscard]] std::optional<std::vector<std::size_t>> order() const;
  /// Components that call each other in a round; empty where order() exists.
  [[nodiscard]] std::vector<std::size_t> round() const;
  /// All that fail when `component` does, itself included: its blast radius. By number.
  [[nodiscard]] std::vector<std::size_t> hurt_by(std::size_t component) const;
  /// All that `component` cannot do without, itself included. By number.
  [[nodiscard]] std::vector<std::size_t> needed_by(std::size_t component) const;
  /// Of what `entry` cannot do without, those with one place only, found as the articulation points
  /// between the users and the places that serve them. `places` by component; by number.
  [[nodiscard]] std::vector<std::size_t> single_points(std::size_t entry,
                                                       std::span<const std::size_t> places) const;

 private:
  [[nodiscard]] std::vector<std::size_t> reach(std::size_t from, bool backwards) const;
  std::size_t size_;
  std::vector<Link> links_;
};

/// The smallest sets of units (zones, resources) whose loss together stops `entry`: of what each
/// needed component has, all are lost. `units` by component, as numbers; sorted by size.
[[nodiscard]] std::vector<std::vector<std::size_t>> minimal_cuts(
    std::span<const std::size_t> needed, std::span<const std::vector<std::size_t>> units);

}  // namespace opsim::workload

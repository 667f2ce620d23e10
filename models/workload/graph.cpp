#include "models/workload/graph.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/biconnected_components.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/graph/topological_sort.hpp>
#include <iterator>

namespace opsim::workload {

namespace {

using Calls = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
using Paths = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS>;

Calls calls_of(std::size_t size, std::span<const Link> links) {
  Calls graph{size};
  for (const Link& link : links) add_edge(link.from, link.to, graph);
  return graph;
}

}  // namespace

ServiceGraph::ServiceGraph(std::size_t components, std::span<const Link> links)
    : size_{components}, links_{links.begin(), links.end()} {}

std::optional<std::vector<std::size_t>> ServiceGraph::order() const {
  std::vector<std::size_t> finished;
  Calls graph = calls_of(size_, links_);
  try {
    topological_sort(graph, std::back_inserter(finished));
  } catch (const boost::not_a_dag&) {
    return std::nullopt;
  }
  std::ranges::reverse(finished);
  return finished;
}

std::vector<std::size_t> ServiceGraph::round() const {
  const Calls graph = calls_of(size_, links_);
  std::vector<std::size_t> knot(size_);
  const std::size_t knots = strong_components(graph, knot.data());
  for (std::size_t k = 0; k < knots; ++k) {
    std::vector<std::size_t> inside;
    for (std::size_t i = 0; i < size_; ++i)
      if (knot[i] == k) inside.push_back(i);
    if (inside.size() > 1 || edge(inside[0], inside[0], graph).second) return inside;
  }
  return {};
}

std::vector<std::size_t> ServiceGraph::reach(std::size_t from, bool backwards) const {
  Calls graph{size_};
  for (const Link& link : links_) {
    if (!link.hard) continue;
    add_edge(backwards ? link.to : link.from, backwards ? link.from : link.to, graph);
  }
  std::vector<std::size_t> distance(size_, 0);
  breadth_first_search(graph, from,
                       boost::visitor(boost::make_bfs_visitor(
                           boost::record_distances(distance.data(), boost::on_tree_edge{}))));
  std::vector<std::size_t> reached;
  for (std::size_t i = 0; i < size_; ++i)
    if (i == from || distance[i] > 0) reached.push_back(i);
  return reached;
}

std::vector<std::size_t> ServiceGraph::hurt_by(std::size_t component) const {
  return reach(component, true);
}
std::vector<std::size_t> ServiceGraph::needed_by(std::size_t component) const {
  return reach(component, false);
}

std::vector<std::size_t> ServiceGraph::single_points(std::size_t entry,
                                                     std::span<const std::size_t> places) const {
  // A path from the users to done: through one place of each component that is needed. Two of
  // several places stand for all of them.
  const std::vector<std::size_t> needed = needed_by(entry);
  Paths graph{1};  // 0: the users
  std::vector<std::size_t> owner{size_};
  std::vector<std::size_t> before{0};
  for (const std::size_t component : needed) {
    std::vector<std::size_t> here;
    for (std::size_t k = 0; k < std::min<std::size_t>(places[component], 2); ++k) {
      here.push_back(add_vertex(graph));
      owner.push_back(component);
      for (const std::size_t one : before) add_edge(one, here.back(), graph);
    }
    if (!here.empty()) before = std::move(here);
  }
  const std::size_t done = add_vertex(graph);
  owner.push_back(size_);
  for (const std::size_t one : before) add_edge(one, done, graph);

  std::vector<std::size_t> cut;
  articulation_points(graph, std::back_inserter(cut));
  std::vector<std::size_t> found;
  for (const std::size_t vertex : cut)
    if (owner[vertex] < size_) found.push_back(owner[vertex]);
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

std::vector<std::vector<std::size_t>> minimal_cuts(
    std::span<const std::size_t> needed, std::span<const std::vector<std::size_t>> units) {
  std::vector<std::vector<std::size_t>> cuts;
  for (const std::size_t component : needed) {
    std::vector<std::size_t> all = units[component];
    std::ranges::sort(all);
    all.erase(std::ranges::unique(all).begin(), all.end());
    if (!all.empty()) cuts.push_back(std::move(all));
  }
  std::ranges::sort(cuts, {}, [](const auto& cut) { return std::pair{cut.size(), cut}; });
  std::vector<std::vector<std::size_t>> smallest;
  for (std::vector<std::size_t>& cut : cuts) {
    const bool covered = std::ranges::any_of(
        smallest, [&](const auto& smaller) { return std::ranges::includes(cut, smaller); });
    if (!covered) smallest.push_back(std::move(cut));
  }
  return smallest;
}

}  // namespace opsim::workload

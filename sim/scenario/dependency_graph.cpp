#include "sim/scenario/dependency_graph.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/filtered_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/graph/topological_sort.hpp>
#include <functional>
#include <iterator>
#include <map>

namespace opsim {

namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
using Numbers = std::vector<std::uint32_t>;

Graph graph_of(const std::vector<Numbers>& needs) {
  Graph graph{needs.size()};
  for (std::size_t what = 0; what < needs.size(); ++what)
    for (const std::uint32_t needed : needs[what]) add_edge(what, needed, graph);
  return graph;
}

/// From `start` back to it, within its own component.
Numbers shortest_cycle(const Graph& graph, std::size_t start,
                       const std::vector<std::size_t>& component) {
  const auto inside = [&](std::size_t vertex) { return component[vertex] == component[start]; };
  const boost::filtered_graph knot(graph, boost::keep_all{},
                                   std::function<bool(std::size_t)>{inside});
  std::vector<std::size_t> before(num_vertices(graph), num_vertices(graph));
  breadth_first_search(knot, start,
                       boost::visitor(boost::make_bfs_visitor(
                           boost::record_predecessors(before.data(), boost::on_tree_edge{}))));
  // Breadth first: of the vertices that lead back to the start, the nearest has the fewest steps.
  Numbers best;
  for (std::size_t last = 0; last < num_vertices(graph); ++last) {
    if (!inside(last) || !edge(last, start, graph).second) continue;
    Numbers path{static_cast<std::uint32_t>(start)};
    for (std::size_t at = last; at != start; at = before[at])
      path.push_back(static_cast<std::uint32_t>(at));
    path.push_back(static_cast<std::uint32_t>(start));
    if (best.empty() || path.size() < best.size()) best = std::move(path);
  }
  std::ranges::reverse(best);
  return best;
}

}  // namespace

void DependencyGraph::add(std::uint32_t what, std::uint32_t needed) {
  Numbers& row = needs_.at(what);
  if (std::ranges::find(row, needed) == row.end()) row.push_back(needed);
}

std::vector<std::uint32_t> DependencyGraph::order() const {
  // Boost visits vertices by number and finishes each after what it needs.
  std::vector<std::size_t> finished;
  Graph graph = graph_of(needs_);
  boost::topological_sort(graph, std::back_inserter(finished));
  return {finished.begin(), finished.end()};
}

std::vector<std::vector<std::uint32_t>> DependencyGraph::cycles() const {
  const Graph graph = graph_of(needs_);
  std::vector<std::size_t> component(needs_.size());
  boost::strong_components(
      graph, boost::make_iterator_property_map(component.begin(), get(boost::vertex_index, graph)));
  std::map<std::size_t, std::vector<std::size_t>> members;
  for (std::size_t vertex = 0; vertex < component.size(); ++vertex)
    members[component[vertex]].push_back(vertex);
  std::vector<Numbers> found;
  for (const auto& [number, vertices] : members) {
    const std::size_t lowest = vertices.front();
    if (vertices.size() == 1 && !edge(lowest, lowest, graph).second) continue;
    found.push_back(shortest_cycle(graph, lowest, component));
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace opsim

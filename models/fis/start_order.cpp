// startAfter as a graph of actions: knots in it. Boost.Graph stays behind this file.
#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/depth_first_search.hpp>

#include "models/fis/experiment_template.hpp"

namespace opsim::fis {

namespace {

using Order = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
using Vertices = std::vector<Order::vertex_descriptor>;

/// Keeps the way from the root, and the first cycle that a step back closes.
struct FindCycle : boost::dfs_visitor<> {
  Vertices& way;
  Vertices& cycle;
  FindCycle(Vertices& on, Vertices& found) : way{on}, cycle{found} {}

  void discover_vertex(Order::vertex_descriptor vertex, const Order&) { way.push_back(vertex); }
  void finish_vertex(Order::vertex_descriptor, const Order&) { way.pop_back(); }
  void back_edge(Order::edge_descriptor step, const Order& graph) {
    if (!cycle.empty()) return;
    cycle.assign(std::ranges::find(way, target(step, graph)), way.end());
    cycle.push_back(target(step, graph));
  }
};

}  // namespace

std::vector<std::string> start_after_cycle(const std::map<std::string, ActionSpec>& actions) {
  std::vector<std::string> names;
  for (const auto& [name, action] : actions) names.push_back(name);
  Order graph{names.size()};
  for (const auto& [name, action] : actions)
    for (const std::string& before : action.after)
      if (const auto at = std::ranges::lower_bound(names, before);
          at != names.end() && *at == before)
        add_edge(static_cast<std::size_t>(std::ranges::lower_bound(names, name) - names.begin()),
                 static_cast<std::size_t>(at - names.begin()), graph);
  Vertices way;
  Vertices cycle;
  boost::depth_first_search(graph, boost::visitor(FindCycle{way, cycle}));
  std::vector<std::string> found;
  for (const auto vertex : cycle) found.push_back(names[vertex]);
  return found;
}

}  // namespace opsim::fis

// Sorting whose comparison may be any function of the expression.
#include "models/step_functions/jsonata/evaluation.hpp"

namespace opsim::jsonata {

namespace {

using Places = std::vector<std::size_t>;

Places merged(const Places& places, const std::function<bool(std::size_t, std::size_t)>& swaps) {
  if (places.size() < 2) return places;
  const auto middle = places.begin() + static_cast<std::ptrdiff_t>(places.size() / 2);
  const Places left = merged({places.begin(), middle}, swaps);
  const Places right = merged({middle, places.end()}, swaps);
  Places order;
  order.reserve(places.size());
  std::size_t a = 0, b = 0;
  while (a < left.size() && b < right.size())
    order.push_back(swaps(left[a], right[b]) ? right[b++] : left[a++]);
  order.insert(order.end(), left.begin() + static_cast<std::ptrdiff_t>(a), left.end());
  order.insert(order.end(), right.begin() + static_cast<std::ptrdiff_t>(b), right.end());
  return order;
}

}  // namespace

std::vector<std::size_t> merged_order(std::size_t size,
                                      const std::function<bool(std::size_t, std::size_t)>& swaps) {
  Places places(size);
  for (std::size_t at = 0; at < size; ++at) places[at] = at;
  return merged(places, swaps);
}

}  // namespace opsim::jsonata

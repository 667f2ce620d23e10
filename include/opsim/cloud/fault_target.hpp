#pragma once
/// What every fault of a timeline says in the same words: whom it hits, how many, for how long.
///   crash container on Web hitting one
///   freeze instance on WebFleet for 10min hitting half
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/service.hpp"
#include "opsim/kernel/random.hpp"

namespace opsim {

/// The words of `hitting`.
inline constexpr std::string_view kManyWords[] = {"all", "one", "two", "three", "half"};
inline constexpr Shape kManyShape{.kind = Kind::text, .allowed = kManyWords};
inline constexpr Shape kLastsShape{.kind = Kind::duration, .min = 0, .example = "10min"};

/// The setting as written, or "".
[[nodiscard]] std::string fault_text(const FaultRequest& request, std::string_view key);
/// `for`, where it is said.
[[nodiscard]] std::optional<Duration> fault_lasts(const FaultRequest& request);
[[nodiscard]] bool fault_hits_all(const FaultRequest& request);
/// How many of so many `hitting` means; all of them where it is not said.
[[nodiscard]] std::size_t fault_count(const FaultRequest& request, std::size_t of);

/// Tells in the journal that a fault found nothing to hit: a goal may be met for that reason alone.
void tell_nothing_hit(const FaultRequest& request);

/// All of them, or as many as `hitting` says, chosen by chance; in the order of `by`.
template <class T, class Key>
std::vector<T*> choose_hit(const FaultRequest& request, std::vector<T*> all, Stream& luck, Key by) {
  if (all.empty() && !request.targets.empty()) tell_nothing_hit(request);
  if (fault_hits_all(request)) return all;
  const std::size_t wanted = fault_count(request, all.size());
  for (std::size_t i = 0; i < wanted && i + 1 < all.size(); ++i)
    std::swap(all[i], all[i + luck.below(all.size() - i)]);
  all.resize(std::min(wanted, all.size()));
  std::ranges::sort(all, {}, by);
  return all;
}

}  // namespace opsim

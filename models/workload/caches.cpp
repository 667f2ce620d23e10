// Caches in front of what is slow: a request looks there first, and asks the component behind only
// for what it does not find, which it then leaves in the cache (lazy loading, or cache-aside).
// AWS: ElastiCache User Guide, "Caching strategies": "Only requested data is cached ... Node
// failures aren't fatal ... when a node fails and is replaced by a new, empty node, your
// application continues to function, though with increased latency. As requests are made to the new
// node, each cache miss results in a query of the database."
//
// How warm a part is follows from the lookups since it was empty, of which those count whose miss
// was answered: a database that cannot carry the misses does not fill the cache either (N. Bronson
// et al., "Metastable failures in distributed systems", HotOS 2021, look-aside caches).
// SIMPLIFIED: nothing expires and nothing is evicted: `hits` is what a full cache gives. Parts hold
// equal shares. What moves between shards moves with its content.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/workload/workload.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::workload {

namespace {

constexpr double kAsGoodAsFull = .995;
constexpr double kNotch = .02;          // warmer by so much is another solution
constexpr double kCountedSeconds = 60;  // metrics are told by the minute

bool is_cache_service(const Live& live) { return live.type.starts_with("AWS::ElastiCache::"); }

/// Of what one part of the cache of a call holds.
const Popularity& popularity_of(Workload& all, const Call& call) {
  const double objects =
      std::max(1.0, std::floor(call.objects / static_cast<double>(call.filled.size())));
  return all.popularities.try_emplace({objects, call.skew}, objects, call.skew).first->second;
}

/// The parts of an ElastiCache, as it tells them; of anything else, its members.
std::vector<CachePart> parts_now(Workload& all, std::size_t number) {
  const Live& live = all.lives[number];
  std::vector<CachePart> parts;
  if (is_cache_service(live)) {
    const auto told =
        all.cloud.inspect(live.place, "elasticache", "InspectCache", {{"Id", live.resource}});
    if (!told) return parts;
    const bool plain = live.type == "AWS::ElastiCache::CacheCluster";
    for (const Json& one : input::member(*told, "Parts")) {
      CachePart& part = parts.emplace_back(CachePart{.id = input::text(one, "Id")});
      part.serves = input::boolean(one, "Serves").value_or(true);
      part.losses = input::integer(one, "Losses").value_or(0);
      part.dimensions = {{"CacheClusterId", input::text(one, "CacheClusterId")}};
      if (plain) part.dimensions.emplace_back("CacheNodeId", input::text(one, "CacheNodeId"));
      part.gets = input::text(*told, "Engine") == "memcached";
    }
    return parts;
  }
  for (const auto& [id, server] : live.servers)
    parts.push_back({.id = id, .serves = server.serves && server.gets});
  if (parts.empty()) parts.push_back({});
  return parts;
}

/// What was filled of each part stays with it. A shard that comes to a group brings what it holds;
/// a member that comes holds nothing.
void carry_over(const std::vector<CachePart>& before, const std::vector<CachePart>& now,
                bool moves_content, Call& call) {
  std::vector<double> filled;
  for (const CachePart& part : now) {
    const auto known = std::ranges::find(before, part.id, &CachePart::id);
    if (known == before.end()) {
      const bool full = before.empty() || moves_content;
      filled.push_back(full ? kFilled : 0);
    } else {
      const auto i = static_cast<std::size_t>(known - before.begin());
      filled.push_back(known->losses == part.losses ? call.filled[i] : 0);
    }
  }
  call.filled = std::move(filled);
}

struct Lookups {
  double each_second = 0;  // in every part
  double fill = 0;         // of those that can be found, what is left in the cache or is there
};

Lookups lookups_of(const Workload& all, std::size_t caller, std::size_t which) {
  const Call& call = all.system.components[caller].calls[which];
  const Flow& from = all.flows[caller];
  const double reached = from.offered * (1 - from.unserved - from.refused);
  const double each = reached * call.times / static_cast<double>(call.filled.size());
  return {each, each * call.hits * answered(call, all.flows[call.to]).success};
}

template <class Visit>  // Visit(caller, number of the call, call)
void for_each_cached_call(Workload& all, Visit&& visit) {
  if (!all.any_caches) return;
  for (std::size_t i = 0; i < all.system.components.size(); ++i) {
    std::vector<Call>& calls = all.system.components[i].calls;
    for (std::size_t k = 0; k < calls.size(); ++k)
      if (calls[k].cached_by && !calls[k].filled.empty()) visit(i, k, calls[k]);
  }
}

void tell_lost(Workload& all, std::size_t number, const std::vector<CachePart>& before) {
  const Live& live = all.lives[number];
  std::size_t lost = 0;
  for (const CachePart& part : live.parts) {
    const auto known = std::ranges::find(before, part.id, &CachePart::id);
    const bool is_new = known == before.end() && !is_cache_service(live);
    if (is_new || (known != before.end() && known->losses != part.losses)) ++lost;
  }
  if (before.empty() || lost == 0) return;
  all.cloud.journal().write(
      {.kind = EntryKind::metric,
       .level = Level::story,
       .subject = all.system.components[number].name,
       .text = lost == live.parts.size()
                   ? std::string{"empty: what it held is gone; it fills as it is asked"}
                   : fmt::format("{} of its {} parts empty: what they held is gone", lost,
                                 live.parts.size()),
       .source = live.source,
       .detail = {{"act", "cache lost"}, {"parts", live.parts.size()}, {"lost", lost}}});
}

}  // namespace

void look_at_cache(Workload& all, std::size_t number) {
  Live& live = all.lives[number];
  if (!live.is_cache) return;
  if (!is_cache_service(live) && !live.resource.empty() && live.servers.empty()) return;
  count(all);  // what was filled until now was filled by who served until now
  const std::vector<CachePart> before = std::exchange(live.parts, parts_now(all, number));
  for (CachePart& part : live.parts) {  // who feeds the metrics stays
    const auto known = std::ranges::find(before, part.dimensions, &CachePart::dimensions);
    if (known != before.end()) part.sources = known->sources;
  }
  for (const CachePart& part : before)
    if (std::ranges::find(live.parts, part.dimensions, &CachePart::dimensions) == live.parts.end())
      for (const SourceId source : part.sources) all.cloud.metrics().stop(source);
  for (std::size_t i = 0; i < all.system.components.size(); ++i)
    for (Call& call : all.system.components[i].calls) {
      if (call.cached_by != number) continue;
      carry_over(before, live.parts, is_cache_service(live), call);
      all.system.components[i].touched = true;
    }
  tell_lost(all, number, before);
}

void look_at_member_caches(Workload& all) {
  if (!all.any_caches) return;
  for (std::size_t i = 0; i < all.lives.size(); ++i)
    if (all.lives[i].is_cache && !is_cache_service(all.lives[i])) look_at_cache(all, i);
}

void empty_caches(Workload& all, std::size_t number) {
  count(all);
  for (std::size_t i = 0; i < all.system.components.size(); ++i)
    for (Call& call : all.system.components[i].calls) {
      if (!call.cached_by || (i != number && *call.cached_by != number)) continue;
      std::ranges::fill(call.filled, 0.0);
      all.system.components[i].touched = true;
    }
}

double serving_part(const Live& live) {
  if (live.parts.empty()) return 1;
  return static_cast<double>(std::ranges::count(live.parts, true, &CachePart::serves)) /
         static_cast<double>(live.parts.size());
}

void fill_caches(Workload& all, double seconds) {
  for_each_cached_call(all, [&](std::size_t caller, std::size_t which, Call& call) {
    const double more = lookups_of(all, caller, which).fill * seconds;
    const std::vector<CachePart>& parts = all.lives[*call.cached_by].parts;
    for (std::size_t i = 0; i < call.filled.size(); ++i)
      if (parts[i].serves) call.filled[i] += more;
  });
}

void take_warmth(Workload& all) {
  for_each_cached_call(all, [&](std::size_t caller, std::size_t /*which*/, Call& call) {
    const Popularity& objects = popularity_of(all, call);
    const std::vector<CachePart>& parts = all.lives[*call.cached_by].parts;
    double warm = 0;
    for (std::size_t i = 0; i < call.filled.size(); ++i) {
      double& filled = call.filled[i];
      const double part = filled >= kFilled ? 1 : objects.warmth(filled);
      if (part >= kAsGoodAsFull) filled = kFilled;
      if (parts[i].serves) warm += part >= kAsGoodAsFull ? 1 : part;
    }
    warm /= static_cast<double>(call.filled.size());
    if (warm != call.warm) all.system.components[caller].touched = true;
    call.warm = warm;
  });
}

std::optional<double> next_warmth(Workload& all) {
  std::optional<double> next;
  for_each_cached_call(all, [&](std::size_t caller, std::size_t which, Call& call) {
    const Popularity& objects = popularity_of(all, call);
    const double fill = lookups_of(all, caller, which).fill;
    const std::vector<CachePart>& parts = all.lives[*call.cached_by].parts;
    for (std::size_t i = 0; i < call.filled.size(); ++i) {
      if (call.filled[i] >= kFilled || !parts[i].serves || fill <= 0) continue;
      const double wanted = std::min(objects.warmth(call.filled[i]) + kNotch, kAsGoodAsFull);
      const double missing = objects.lookups_until(wanted) - call.filled[i];
      next = std::min(next.value_or(1e18), std::max(.05, missing / fill));
    }
  });
  return next;
}

namespace {

/// Hits and misses of one part in a minute.
struct Found {
  double hits = 0;
  double misses = 0;
};

void feed(Workload& all, SourceId source, double level, double noise) {
  Metrics& metrics = all.cloud.metrics();
  const Waveform& now = metrics.waveform(source);
  const bool same = metrics.reports(source) && std::abs(now.level - level) <= 1e-3 * level;
  if (same) return;
  metrics.change(source, {.from = all.cloud.sim().now(),
                          .level = level,
                          .lowest = 0,
                          .highest = 1e300,
                          .noise = noise});
}

double chance(double count) { return std::min(count, std::sqrt(3 * count)); }

void publish_part(Workload& all, const Live& live, CachePart& part, const Found& found) {
  Metrics& metrics = all.cloud.metrics();
  if (part.sources.empty()) {
    // User Guide, "Metrics for Valkey and Redis OSS", "Metrics for Memcached".
    const std::string_view redis[] = {"CacheHits", "CacheMisses", "CacheHitRate"};
    const std::string_view memcached[] = {"GetHits", "GetMisses", "CacheHitRate"};
    for (std::size_t i = 0; i < 3; ++i) {
      const std::string_view name = part.gets ? memcached[i] : redis[i];
      const SeriesId series =
          metrics.intern({live.place, "AWS/ElastiCache", std::string{name}, part.dimensions});
      part.sources.push_back(metrics.publish(
          series, {.from = all.cloud.sim().now()},
          {.every = 1min, .phase = 30s, .delay = 90s, .unit = i == 2 ? "Percent" : "Count"},
          live.resource + part.id));
    }
  }
  const double looked_up = found.hits + found.misses;
  if (!part.serves || looked_up <= 0) {
    for (const SourceId source : part.sources) metrics.stop(source);
    return;
  }
  feed(all, part.sources[0], found.hits, chance(found.hits));
  feed(all, part.sources[1], found.misses, chance(found.misses));
  feed(all, part.sources[2], 100 * found.hits / looked_up, 0);
}

}  // namespace

void publish_caches(Workload& all) {
  if (!all.any_caches) return;
  for (std::size_t number = 0; number < all.lives.size(); ++number) {
    Live& live = all.lives[number];
    if (!live.is_cache || !is_cache_service(live)) continue;
    std::vector<Found> found(live.parts.size());
    for_each_cached_call(all, [&](std::size_t caller, std::size_t which, Call& call) {
      if (call.cached_by != number) return;
      const double each = lookups_of(all, caller, which).each_second * kCountedSeconds;
      const Popularity& objects = popularity_of(all, call);
      for (std::size_t i = 0; i < found.size(); ++i) {
        const double warm = call.filled[i] >= kFilled ? 1 : objects.warmth(call.filled[i]);
        found[i].hits += each * call.hits * warm;
        found[i].misses += each * (1 - call.hits * warm);
      }
    });
    for (std::size_t i = 0; i < found.size(); ++i) publish_part(all, live, live.parts[i], found[i]);
  }
}

}  // namespace opsim::workload

// What clients still have. A resolver keeps an answer for the record's TTL and then asks again; as
// many resolvers ask at any moment of a TTL as at any other, so what clients use now is what was
// answered over the last TTL, averaged over time.
// SIMPLIFIED: resolvers and clients keep answers for exactly the TTL (AWS: "some resolvers ignore
// TTLs"); the answers of one month are remembered, at most a hundred changes of each name.
#include <algorithm>

#include "models/route53/route53.hpp"

namespace opsim::route53 {

namespace {

constexpr std::size_t kMostKept = 100;

void remember(Route53& dns, const Question& question, Answers& answers) {
  const auto& [zone_id, name, type] = question;
  const HostedZone* zone = dns.find_zone(zone_id);
  Mix mix = zone == nullptr ? Mix{} : resolve(dns, *zone, name, type, {});
  if (!answers.since.empty() && answers.since.back().mix == mix) return;
  const SimTime now = dns.sim().now();
  if (!answers.since.empty() && answers.since.back().at == now) {
    answers.since.back().mix = std::move(mix);
    return;
  }
  const bool news = !answers.since.empty();
  answers.since.push_back({now, std::move(mix)});
  // For who follows the name: of no target, as of all behind it.
  if (news)
    dns.cloud.tell_target_health(
        {.target_group = name, .target = {}, .healthy = true, .reason = {}});
  while (answers.since.size() > kMostKept) answers.since.pop_front();
}

void add(Mix& sum, const Mix& mix, double part) {
  for (const Answered& answered : mix) {
    const auto known = std::ranges::find_if(sum, [&](const Answered& other) {
      return other.identifier == answered.identifier && other.data == answered.data;
    });
    if (known == sum.end())
      sum.push_back({answered.identifier, answered.data, answered.share * part});
    else
      known->share += answered.share * part;
  }
}

}  // namespace

void answers_changed(Route53& dns) {
  for (auto& [question, answers] : dns.answers) remember(dns, question, answers);
}

Mix used_by_clients(Route53& dns, const Question& question, std::int64_t ttl) {
  const auto found = dns.answers.find(question);
  if (found == dns.answers.end() || found->second.since.empty()) return {};
  const auto& since = found->second.since;
  if (ttl <= 0) return since.back().mix;
  const SimTime now = dns.sim().now();
  const Duration window = std::chrono::seconds{std::min<std::int64_t>(ttl, 30L * 86'400)};
  const SimTime begin = now - window;
  Mix sum;
  for (std::size_t i = 0; i < since.size(); ++i) {
    // What was answered first was answered before, too: it stood there.
    const SimTime from = i == 0 ? begin : std::max(begin, since[i].at);
    const SimTime to = i + 1 < since.size() ? std::max(begin, since[i + 1].at) : now;
    if (to <= from) continue;
    add(sum, since[i].mix,
        static_cast<double>((to - from).count()) / static_cast<double>(window.count()));
  }
  return sum;
}

SimTime settled_at(const Route53& dns, const Question& question, std::int64_t ttl) {
  const auto found = dns.answers.find(question);
  if (found == dns.answers.end() || found->second.since.size() < 2) return SimTime{};
  return found->second.since.back().at + std::chrono::seconds{ttl};
}

}  // namespace opsim::route53

// Which part of a member's traffic goes to the `sources` of a network action.
// AWS: FIS User Guide, fis-actions-reference (aws:ecs:task-network-latency and its like) and
// actions-ssm-agent: "an IPv4 address, an IPv4 CIDR block, a domain name, an AZ name (us-east-1a),
// an AZ ID (use1-az1), ALL, DYNAMODB, and S3. The default is ALL".
// SIMPLIFIED: whom a member talks to is spread evenly over the zones that have subnets. Addresses,
// domains, DYNAMODB and S3 are no part of a workload: a note says so.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ranges>
#include <set>

#include "models/fis/effects.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::fis {

namespace {

std::set<std::string> zones_in_use(const ActionRun& run, const Place& place) {
  std::set<std::string> zones;
  const auto answer = run.cloud.inspect(place, "ec2", "DescribeSubnets", Json::object());
  if (answer)
    for (const Json& subnet : input::member(*answer, "Subnets"))
      zones.insert(input::text(subnet, "AvailabilityZone"));
  if (zones.empty())
    for (std::string& zone : zones_of(place.region)) zones.insert(std::move(zone));
  return zones;
}

}  // namespace

std::string zone_called(const Place& place, std::string_view word) {
  const auto mark = word.find("-az");
  if (mark == word.npos) return std::string{word};
  std::size_t number = 0;
  std::from_chars(word.data() + mark + 3, word.data() + word.size(), number);
  const std::vector<std::string> zones = zones_of(place.region);
  return number >= 1 && number <= zones.size() ? zones[number - 1] : std::string{word};
}

double share_of_sources(ActionRun& run, std::string_view sources) {
  if (sources.empty() || sources == "ALL" || run.targets.empty()) return 1;
  const Place& place = run.targets.front().place;
  const std::set<std::string> zones = zones_in_use(run, place);
  std::set<std::string> hit;
  std::string elsewhere;
  for (const auto part : std::views::split(sources, ',')) {
    std::string word{part.begin(), part.end()};
    std::erase(word, ' ');
    if (word == "ALL") return 1;
    const std::string zone = zone_called(place, word);
    if (zones.contains(zone))
      hit.insert(zone);
    else if (!word.empty())
      elsewhere += (elsewhere.empty() ? "" : ", ") + word;
  }
  if (!elsewhere.empty())
    run.cloud.journal().write(
        {.kind = EntryKind::note,
         .level = Level::story,
         .subject = run.label,
         .text = fmt::format("not simulated: nobody here talks to {}", elsewhere)});
  return static_cast<double>(hit.size()) / static_cast<double>(zones.size());
}

std::string part_of(std::string_view quantity, double share) {
  return share >= 1 ? std::string{quantity} : fmt::format("{} {:.4g}", quantity, share * 100);
}

}  // namespace opsim::fis

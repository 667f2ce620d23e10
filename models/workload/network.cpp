// Members whose network is slow or loses packets, and links that are cut between places.
//
// A delay of what a member sends slows its answer and each call that it makes. A packet that is
// lost is sent again after the retransmission timeout: TCP answers late, not with an error. Sources
// RFC 6298 (timer), Linux TCP_RTO_MIN of 200 ms. One packet an exchange: an estimate. SIMPLIFIED: a
// cut between zones or Regions cuts calls of components, not the way from users.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/workload/workload.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::workload {

namespace {

constexpr double kRetransmission = .2;  // seconds

/// Of a share of the exchanges, one that takes this much longer.
Spread part_of(double share, const Spread& longer) {
  const double mean = share * longer.mean;
  return {mean, share * (longer.variance + longer.mean * longer.mean) - mean * mean};
}

Spread added_by(const Impairment& one) {
  const double loss = std::min(one.loss, .95);
  const double again = loss / (1 - loss);  // retransmissions, geometric
  const Spread resent{kRetransmission * again,
                      kRetransmission * kRetransmission * loss / ((1 - loss) * (1 - loss))};
  return part_of(one.delay_share, {one.delay, 0}) + part_of(one.loss_share, resent);
}

double share_of_part(std::string_view part) {
  double percent = 100;
  if (!part.empty()) std::from_chars(part.data(), part.data() + part.size(), percent);
  return std::clamp(percent / 100, 0.0, 1.0);
}

void note_unfelt(Workload& all, std::string_view id) {
  all.cloud.journal().write(
      {.kind = EntryKind::note,
       .level = Level::story,
       .subject = std::string{all.cloud.resources().name_of(id)},
       .text = fmt::format("{} serves no component of the workload: nobody feels its network",
                           all.cloud.resources().name_of(id))});
}

void impaired(Workload& all, std::string_view id) {
  const auto found = all.impaired.find(id);
  const bool ended = found != all.impaired.end() && !found->second.is_some();
  if (ended) all.impaired.erase(found);
  const auto [begin, end] = all.by_server.equal_range(id);
  if (begin == end && !ended) return note_unfelt(all, id);
  for (auto at = begin; at != end; ++at) apply_troubles(all, at->second);
  all.changed();
}

/// One number of an impairment, and the share of the exchanges that it is of.
struct Number {
  double Impairment::*value;
  double Impairment::*share;
  double scale;  // of the unit, in ours
};
constexpr Number kDelay{&Impairment::delay, &Impairment::delay_share, 1e-3};
constexpr Number kLoss{&Impairment::loss, &Impairment::loss_share, 1e-2};
constexpr Number kFailing{&Impairment::failing, nullptr, 1e-2};

std::optional<double> read(const Model& model, std::string_view id, const Number& what) {
  const auto& all = static_cast<const Workload&>(model);
  const auto found = all.impaired.find(id);
  return found == all.impaired.end() ? 0 : found->second.*what.value / what.scale;
}

void change(Model& model, std::string_view id, std::string_view part, Change how,
            const Number& what) {
  auto& all = static_cast<Workload&>(model);
  Impairment& one = all.impaired.try_emplace(std::string{id}).first->second;
  const double before = how.how == Change::How::by ? one.*what.value : 0;
  one.*what.value = std::max(0.0, before + how.value * what.scale);
  if (what.share != nullptr) one.*what.share = share_of_part(part);
  impaired(all, id);
}

// ---- Borders ----------------------------------------------------------------------------------

bool severs(const Border& border, std::string_view one, std::string_view other) {
  if (one == other || one.empty() || other.empty()) return false;
  const auto is = [&](std::string_view from, std::string_view to) {
    return border.from == from && (border.to.empty() || border.to == to);
  };
  return is(one, other) || is(other, one);
}

bool severed(const Workload& all, bool regions, std::string_view one, std::string_view other) {
  return std::ranges::any_of(all.borders, [&](const Border& border) {
    return border.regions == regions && severs(border, one, other);
  });
}

double all_gets(const Component& component) {
  double sum = 0;
  for (const Cell& cell : component.cells) sum += cell.gets;
  return sum;
}

/// The share of the calls of one component to another that a border swallows.
double swallowed(const Workload& all, std::size_t caller, std::size_t callee) {
  if (severed(all, true, all.lives[caller].place.region, all.lives[callee].place.region)) return 1;
  const Component& from = all.system.components[caller];
  const Component& to = all.system.components[callee];
  const double sent = all_gets(from);
  const double got = all_gets(to);
  if (sent <= 0 || got <= 0) return 0;
  double cut = 0;
  for (const Cell& one : from.cells)
    for (const Cell& other : to.cells)
      if (severed(all, false, one.zone, other.zone)) cut += one.gets / sent * other.gets / got;
  return cut;
}

std::string zone_of_subnet(Workload& all, std::string_view subnet) {
  const auto told = all.cloud.inspect(all.cloud.home(), "ec2", "DescribeSubnets",
                                      {{"SubnetIds", Json::array({std::string{subnet}})}});
  if (!told) return "";
  for (const Json& one : input::member(*told, "Subnets"))
    return input::text(one, "AvailabilityZone");
  return "";
}

void set_border(Workload& all, Border border, bool stands) {
  std::erase_if(all.borders, [&](const Border& known) {
    return known.by == border.by && known.regions == border.regions && known.to == border.to;
  });
  if (stands) all.borders.push_back(std::move(border));
  all.changed();
}

std::optional<double> read_links(Workload& all, std::string_view by, bool regions) {
  const auto is = [&](const Border& one) { return one.by == by && one.regions == regions; };
  return std::ranges::any_of(all.borders, is) ? 0 : 1;
}

}  // namespace

std::optional<double> read_delay(Model& model, std::string_view id, std::string_view /*part*/) {
  return read(model, id, kDelay);
}
void change_delay(Model& model, std::string_view id, std::string_view part, Change how) {
  change(model, id, part, how, kDelay);
}
std::optional<double> read_loss(Model& model, std::string_view id, std::string_view /*part*/) {
  return read(model, id, kLoss);
}
void change_loss(Model& model, std::string_view id, std::string_view part, Change how) {
  change(model, id, part, how, kLoss);
}
std::optional<double> read_failing(Model& model, std::string_view id, std::string_view /*part*/) {
  return read(model, id, kFailing);
}
void change_failing(Model& model, std::string_view id, std::string_view part, Change how) {
  change(model, id, part, how, kFailing);
}
std::optional<double> read_zone_links(Model& model, std::string_view id, std::string_view /*p*/) {
  return read_links(static_cast<Workload&>(model), id, false);
}
void change_zone_links(Model& model, std::string_view id, std::string_view /*part*/, Change how) {
  auto& all = static_cast<Workload&>(model);
  set_border(all, {std::string{id}, zone_of_subnet(all, id), "", false}, how.value < 0.5);
}
std::optional<double> read_region_links(Model& model, std::string_view id, std::string_view /*p*/) {
  return read_links(static_cast<Workload&>(model), id, true);
}
void change_region_links(Model& model, std::string_view id, std::string_view to, Change how) {
  auto& all = static_cast<Workload&>(model);
  const Resource* subnet = all.cloud.resources().find(id);
  const Place& place = subnet == nullptr ? all.cloud.home() : subnet->place;
  set_border(all, {std::string{id}, place.region, std::string{to}, true}, how.value < 0.5);
}

void apply_impairments(Workload& all, std::size_t number) {
  Component& component = all.system.components[number];
  for (Cell& cell : component.cells) cell.network = {};
  if (all.impaired.empty()) return;
  struct Sum {
    double members = 0;
    double mean = 0;
    double square = 0;
    double failing = 0;
  };
  std::vector<Sum> sums(component.cells.size());
  for (const auto& [id, server] : all.lives[number].servers) {
    if (!server.serves) continue;
    Sum& sum = sums[server.cell];
    sum.members += 1;
    const auto found = all.impaired.find(id);
    if (found == all.impaired.end()) continue;
    const Spread added = added_by(found->second);
    sum.mean += added.mean;
    sum.square += added.variance + added.mean * added.mean;
    sum.failing += found->second.failing;
  }
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (sums[i].members <= 0) continue;
    Cell& cell = component.cells[i];
    const double mean = sums[i].mean / sums[i].members;
    cell.network = {mean, std::max(0.0, sums[i].square / sums[i].members - mean * mean)};
    cell.failing = 1 - (1 - cell.failing) * (1 - sums[i].failing / sums[i].members);
  }
}

void apply_borders(Workload& all) {
  if (all.borders.empty() && !all.bordered) return;
  all.bordered = !all.borders.empty();
  for (std::size_t i = 0; i < all.lives.size(); ++i)
    for (Call& call : all.system.components[i].calls) {
      const double cut = swallowed(all, i, call.to);
      if (cut == call.cut) continue;
      call.cut = cut;
      all.system.components[i].touched = all.system.components[call.to].touched = true;
    }
}

void begin_border(Workload& all, Border border, std::optional<Duration> lasting) {
  border.by = fmt::format("fault {}", ++all.troubles_made);
  const Border later = border;
  set_border(all, std::move(border), true);
  if (lasting) all.cloud.sim().after(*lasting, [&all, later] { set_border(all, later, false); });
}

}  // namespace opsim::workload

#pragma once
/// A shop of 600 sessions a minute: 120 requests a second, twelve of a session.
#include "models/front_end/front_end.hpp"
#include "models/front_end/service.hpp"
#include "models/workload/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

struct BrowserWorld : SmallWorld {
  explicit BrowserWorld(Catalog catalog) : SmallWorld{catalog} {
    read(kWorkload, "workload", R"(
Storefront: { members: 20, work: exponential(mean 20ms), demand: { rate: 120/s } }
Checkout: { members: 20, work: exponential(mean 20ms), demand: { rate: 10/s } }
)");
    read(kFrontEnd, "front_end", R"(
Shop:
  domain: shop.example.com
  sessions of: Storefront
  requests each: 12
  steps:
    open: { calls: Storefront, takes: 2s }
    basket: { takes: 1s }
    pay: { calls: Checkout, takes: 3s }
)");
    run_for(1min);
  }
  void break_step(std::string_view arguments) {
    const Document document = read_yaml("scenario.yaml", arguments);
    kFrontEnd.faults[0].begin(*cloud.model("front_end"),
                              {cloud, document.root, {}, "scenario.yaml:9"});
  }
  front_end::FrontEnd& shop() {
    auto& ends = static_cast<front_end::FrontEnds&>(*cloud.model("front_end"));
    front_end::FrontEnd& front = *ends.find("Shop");
    ends.count(front);
    return front;
  }
  /// The first entry of a kind about something; fails the test where there is none.
  const JournalEntry& entry_about(std::string_view subject, EntryKind kind) {
    for (const JournalEntry& entry : journal.entries())
      if (entry.kind == kind && entry.subject == subject) return entry;
    FAIL("no entry about " << subject);
    return journal.entries().front();
  }
  /// A statistic of all that was put into a metric so far.
  std::optional<double> all_of(std::string space, std::string name, Dimensions dimensions,
                               std::string_view statistic) {
    const auto series = cloud.metrics().find(
        {cloud.home(), std::move(space), std::move(name), std::move(dimensions)});
    if (!series) return std::nullopt;
    return cloud.metrics().statistic(*series, *Statistic::parse(statistic),
                                     {sim.now() - 24h, sim.now() + 1s, sim.now() + 1h});
  }

 private:
  void read(const Service& service, const char* model, std::string_view section) {
    const Document document = read_yaml("scenario.yaml", section);
    service.sections[0].read(*cloud.model(model), cloud, document.root);
  }
};

}  // namespace opsim::tests

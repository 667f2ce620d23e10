#include "models/compliance/service.hpp"

#include <algorithm>

#include "models/compliance/compliance.hpp"

namespace opsim {

namespace {

using compliance::Compliance;

template <ApiResult<Json> (*Handle)(Compliance&, const Request&)>
constexpr auto on_compliance = immediate<Compliance, Handle>;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"ListComplianceItems", Access::read, on_compliance<compliance::list_items>},
    {"ListComplianceSummaries", Access::read, on_compliance<compliance::list_summaries>},
    {"ListResourceComplianceSummaries", Access::read,
     on_compliance<compliance::list_resource_summaries>},
    {"PutComplianceItems", Access::write, on_compliance<compliance::put_items>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "compliance of patches, associations and custom types: items, summaries by resource and by "
     "type, filters, pages",
     "Systems Manager API Reference, ListComplianceItems, ListComplianceSummaries"},
    {Grade::simulated, "PutComplianceItems, whole or partial, with its event",
     "Systems Manager API Reference, PutComplianceItems"},
    {Grade::simplified, "items put as Association or Patch stand beside those of Systems Manager"},
    {Grade::absent, "resource data sync, the dashboards of the console"},
};

}  // namespace

extern const Service kCompliance{
    .name = "compliance",
    .title = "AWS Systems Manager Compliance",
    .endpoint = "ssm",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<Compliance>(cloud);
    },
    .operations = kOperations,
    .fidelity = kFidelity,
};

}  // namespace opsim

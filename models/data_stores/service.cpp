#include "models/data_stores/service.hpp"

#include "models/data_stores/data_stores.hpp"

namespace opsim {

namespace {

using data::Data;

const Section kSections[] = {{"data", &data::kDataShape, data::read_stores}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "what was written after the copy that a system stands up from: Elastic Disaster Recovery's, "
     "an image's, a recovery point's"},
    {Grade::simplified, "disks are lost with the instance that they are of: all of them"},
    {Grade::absent, "content, transactions, replicas of databases, volumes without an instance"},
};

}  // namespace

extern const Service kDataStores{
    .name = "data",
    .title = "Data of systems",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Data>(cloud); },
    .sections = kSections,
    .fidelity = kFidelity,
    .on_event = data::hear_event,
    .on_health = data::hear_health,
};

}  // namespace opsim

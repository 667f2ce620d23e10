#include "models/parameter_store/service.hpp"

#include <algorithm>

#include "models/parameter_store/parameter_store.hpp"

namespace opsim {

namespace {

using parameter_store::ParameterStore;

/// General Reference, "AWS Systems Manager endpoints and quotas": 40 transactions a second for
/// GetParameter, GetParameters and GetParametersByPath together (default throughput).
/// SIMPLIFIED: 40 for each of them; the burst is an estimate.
constexpr CallPhysics kReadRate{.tokens_per_second = 40, .bucket = 40};
// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {.name = "AddTagsToResource", .now = immediate<ParameterStore, parameter_store::add_tags>},
    {.name = "DeleteParameter",
     .now = immediate<ParameterStore, parameter_store::delete_parameter>},
    {.name = "DeleteParameters",
     .now = immediate<ParameterStore, parameter_store::delete_parameters>},
    {.name = "DescribeParameters",
     .access = Access::read,
     .now = immediate<ParameterStore, parameter_store::describe_parameters>},
    {.name = "GetParameter",
     .access = Access::read,
     .now = immediate<ParameterStore, parameter_store::get_parameter>,
     .physics = kReadRate},
    {.name = "GetParameterHistory",
     .access = Access::read,
     .now = immediate<ParameterStore, parameter_store::get_parameter_history>},
    {.name = "GetParameters",
     .access = Access::read,
     .now = immediate<ParameterStore, parameter_store::get_parameters>,
     .physics = kReadRate},
    {.name = "GetParametersByPath",
     .access = Access::read,
     .now = immediate<ParameterStore, parameter_store::get_parameters_by_path>,
     .physics = kReadRate},
    {.name = "LabelParameterVersion",
     .now = immediate<ParameterStore, parameter_store::label_parameter_version>},
    {.name = "ListTagsForResource",
     .access = Access::read,
     .now = immediate<ParameterStore, parameter_store::list_tags>},
    {.name = "PutParameter", .now = immediate<ParameterStore, parameter_store::put_parameter>},
    {.name = "RemoveTagsFromResource",
     .now = immediate<ParameterStore, parameter_store::remove_tags>},
    {.name = "UnlabelParameterVersion",
     .now = immediate<ParameterStore, parameter_store::unlabel_parameter_version>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kAny{.kind = Kind::any};
constexpr Field kParameterFields[] = {
    {.name = "AllowedPattern", .shape = &kText},
    {.name = "DataType", .shape = &kText},
    {.name = "Description", .shape = &kText},
    {.name = "Name", .shape = &kText},
    {.name = "Policies", .shape = &kText},
    {.name = "Tags", .shape = &kAny},
    {.name = "Tier", .shape = &kText},
    {.name = "Type", .shape = &kText, .need = Need::required},
    {.name = "Value", .shape = &kText, .need = Need::required},
};
constexpr Shape kParameter{.kind = Kind::mapping, .fields = kParameterFields};
constexpr ResourceType kResources[] = {
    {.type = "AWS::SSM::Parameter",
     .create = create<ParameterStore, parameter_store::create_parameter>,
     .properties = &kParameter},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "parameters: versions and labels with their selectors, names and hierarchies, tiers and "
     "sizes, AllowedPattern, data types, history, filters and pages, tags",
     "Systems Manager API Reference, PutParameter, DescribeParameters, LabelParameterVersion"},
    {Grade::simulated,
     "policies: Expiration, ExpirationNotification, NoChangeNotification, and their events",
     "Systems Manager User Guide, Assigning parameter policies in Parameter Store"},
    {Grade::simulated, "Parameter Store Change for Create, Update, Delete, LabelParameterVersion",
     "EventBridge, Systems Manager events"},
    {Grade::simplified,
     "a SecureString shows a made-up ciphertext without WithDecryption; no key is asked"},
    {Grade::simplified, "policies act at their moment, where AWS scans from time to time"},
    {Grade::simplified,
     "40 reads a second for each operation, where AWS counts three together; writes are not "
     "throttled",
     "General Reference, Systems Manager quotas"},
    {Grade::simplified, "public parameters: 26 names of images, with image ids made up"},
    {Grade::simplified,
     "tags of documents, windows, baselines and the like: of those in the table of resources"},
    {Grade::absent,
     "higher throughput and other service settings, shared parameters, changes of the default "
     "tier"},
};

}  // namespace

const Service kParameterStore{
    .name = "parameterstore",
    .title = "AWS Systems Manager Parameter Store",
    .endpoint = "ssm",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<ParameterStore>(cloud);
    },
    .operations = kOperations,
    .resources = kResources,
    .fidelity = kFidelity,
};

}  // namespace opsim

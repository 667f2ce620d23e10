#include "models/named_types/service.hpp"

#include <algorithm>
#include <iterator>

namespace opsim {

namespace {

constexpr std::string_view kNoRequests =
    "requests to APIs are not simulated: functions are called by what stands here";
constexpr std::string_view kNoData = "queries and crawlers have no data here";
constexpr std::string_view kNoDocuments = "documents are not exchanged here";
constexpr std::string_view kNoJobs = "batch jobs do not run here";
constexpr std::string_view kNoDevelopers = "nobody develops here";
constexpr std::string_view kNoSearches = "search domains answer no searches here";
constexpr std::string_view kNoStreams = "streams carry nothing here";
constexpr std::string_view kNoCode = "code is not run here";
constexpr std::string_view kNoAssessments = "assessments are not made here";
constexpr std::string_view kNoFilter = "requests are not filtered here";

// To add a type: a row here, sorted.
constexpr ResourceType kTypes[] = {
    {.type = "AWS::ApiGateway::Account", .not_simulated = kNoRequests},
    {.type = "AWS::ApiGateway::Deployment", .not_simulated = kNoRequests},
    {.type = "AWS::ApiGateway::DomainName", .not_simulated = kNoRequests},
    {.type = "AWS::ApiGateway::Method", .not_simulated = kNoRequests},
    {.type = "AWS::ApiGateway::Model", .not_simulated = kNoRequests},
    {.type = "AWS::ApiGateway::Resource", .not_simulated = kNoRequests},
    {.type = "AWS::ApiGateway::RestApi", .not_simulated = kNoRequests},
    {.type = "AWS::ApiGateway::Stage", .not_simulated = kNoRequests},
    {.type = "AWS::ApiGateway::UsagePlan", .not_simulated = kNoRequests},
    {.type = "AWS::ApiGatewayV2::Api", .not_simulated = kNoRequests},
    {.type = "AWS::ApiGatewayV2::Authorizer", .not_simulated = kNoRequests},
    {.type = "AWS::ApiGatewayV2::Deployment", .not_simulated = kNoRequests},
    {.type = "AWS::ApiGatewayV2::Integration", .not_simulated = kNoRequests},
    {.type = "AWS::ApiGatewayV2::Route", .not_simulated = kNoRequests},
    {.type = "AWS::ApiGatewayV2::Stage", .not_simulated = kNoRequests},
    {.type = "AWS::AppSync::Api", .not_simulated = kNoRequests},
    {.type = "AWS::AppSync::ApiKey", .not_simulated = kNoRequests},
    {.type = "AWS::AppSync::ChannelNamespace", .not_simulated = kNoRequests},
    {.type = "AWS::AppSync::DataSource", .not_simulated = kNoRequests},
    {.type = "AWS::AppSync::GraphQLApi", .not_simulated = kNoRequests},
    {.type = "AWS::AppSync::GraphQLSchema", .not_simulated = kNoRequests},
    {.type = "AWS::AppSync::Resolver", .not_simulated = kNoRequests},
    {.type = "AWS::Athena::NamedQuery", .not_simulated = kNoData},
    {.type = "AWS::Athena::WorkGroup", .not_simulated = kNoData},
    {.type = "AWS::B2BI::Capability", .not_simulated = kNoDocuments},
    {.type = "AWS::B2BI::Partnership", .not_simulated = kNoDocuments},
    {.type = "AWS::B2BI::Profile", .not_simulated = kNoDocuments},
    {.type = "AWS::B2BI::Transformer", .not_simulated = kNoDocuments},
    {.type = "AWS::Batch::ComputeEnvironment", .not_simulated = kNoJobs},
    {.type = "AWS::Batch::JobDefinition", .not_simulated = kNoJobs},
    {.type = "AWS::Batch::JobQueue", .not_simulated = kNoJobs},
    {.type = "AWS::Cloud9::EnvironmentEC2", .not_simulated = kNoDevelopers},
    {.type = "AWS::Elasticsearch::Domain", .not_simulated = kNoSearches},
    {.type = "AWS::Glue::Crawler", .not_simulated = kNoData},
    {.type = "AWS::Glue::Database", .not_simulated = kNoData},
    {.type = "AWS::Glue::Job", .not_simulated = kNoData},
    {.type = "AWS::Glue::Table", .not_simulated = kNoData},
    {.type = "AWS::KinesisFirehose::DeliveryStream", .not_simulated = kNoStreams},
    {.type = "AWS::Lambda::CapacityProvider", .not_simulated = kNoCode},
    {.type = "AWS::OpenSearchServerless::AccessPolicy", .not_simulated = kNoSearches},
    {.type = "AWS::OpenSearchServerless::Collection", .not_simulated = kNoSearches},
    {.type = "AWS::OpenSearchServerless::SecurityPolicy", .not_simulated = kNoSearches},
    {.type = "AWS::OpenSearchService::Domain", .not_simulated = kNoSearches},
    {.type = "AWS::ResilienceHub::App", .not_simulated = kNoAssessments},
    {.type = "AWS::ResilienceHub::ResiliencyPolicy", .not_simulated = kNoAssessments},
    {.type = "AWS::Serverless::CapacityProvider", .not_simulated = kNoCode},
    {.type = "AWS::WAFv2::WebACL", .not_simulated = kNoFilter},
    {.type = "AWS::WAFv2::WebACLAssociation", .not_simulated = kNoFilter},
};
static_assert(std::ranges::adjacent_find(kTypes, std::ranges::greater_equal{},
                                         &ResourceType::type) == std::end(kTypes),
              "sorted by type, no duplicates");

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::absent, "everything but names, ARNs and attributes by convention",
     "CloudFormation User Guide, the page of each type"},
};

}  // namespace

extern const Service kNamedTypes{
    .name = "named types",
    .title = "Resource types without a model",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Model>(); },
    .resources = kTypes,
    .fidelity = kFidelity,
};

}  // namespace opsim

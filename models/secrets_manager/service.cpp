#include "models/secrets_manager/service.hpp"

#include <algorithm>

#include "models/secrets_manager/secrets.hpp"
#include "opsim/document/shape.hpp"

namespace opsim {

namespace {

using secrets_manager::Secrets;

template <ApiResult<Json> (*Handle)(Secrets&, const Request&)>
constexpr auto on_secrets = immediate<Secrets, Handle>;

/// Secrets Manager User Guide, "AWS Secrets Manager quotas": 10,000 a second for GetSecretValue and
/// DescribeSecret together. SIMPLIFIED: for each of them; the burst is an estimate.
constexpr CallPhysics kReadRate{.tokens_per_second = 10'000, .bucket = 10'000};
// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"BatchGetSecretValue", Access::read, on_secrets<secrets_manager::batch_get_secret_value>},
    {"CancelRotateSecret", Access::write, on_secrets<secrets_manager::cancel_rotate_secret>},
    {"CreateSecret", Access::write, on_secrets<secrets_manager::create_secret>},
    {"DeleteSecret", Access::write, on_secrets<secrets_manager::delete_secret>},
    {"DescribeSecret", Access::read, on_secrets<secrets_manager::describe_secret>, nullptr,
     kReadRate},
    {"GetRandomPassword", Access::write, on_secrets<secrets_manager::get_random_password>},
    {"GetSecretValue", Access::read, on_secrets<secrets_manager::get_secret_value>, nullptr,
     kReadRate},
    {"ListSecretVersionIds", Access::read, on_secrets<secrets_manager::list_versions>},
    {"ListSecrets", Access::read, on_secrets<secrets_manager::list_secrets>},
    {"PutSecretValue", Access::write, on_secrets<secrets_manager::put_secret_value>},
    {.name = "ReplicateSecretToRegions", .not_simulated = "a secret stands in one Region"},
    {"RestoreSecret", Access::write, on_secrets<secrets_manager::restore_secret>},
    {"RotateSecret", Access::write, on_secrets<secrets_manager::rotate_secret>},
    {"TagResource", Access::write, on_secrets<secrets_manager::tag_secret>},
    {"UntagResource", Access::write, on_secrets<secrets_manager::untag_secret>},
    {"UpdateSecret", Access::write, on_secrets<secrets_manager::update_secret>},
    {"UpdateSecretVersionStage", Access::write, on_secrets<secrets_manager::update_stage>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Field kSecretFields[] = {
    {.name = "Description", .shape = &kText},
    {.name = "GenerateSecretString"},
    {.name = "KmsKeyId", .simulated = Simulated::no},
    {.name = "Name", .shape = &kText},
    {.name = "ReplicaRegions", .simulated = Simulated::no},
    {.name = "SecretString"},
    {.name = "Tags"},
};
constexpr Field kRotationFields[] = {
    {.name = "HostedRotationLambda"},
    {.name = "RotateImmediatelyOnUpdate"},
    {.name = "RotationLambdaARN", .shape = &kText},
    {.name = "RotationRules"},
    {.name = "SecretId", .shape = &kText, .need = Need::required},
};
constexpr Shape kSecret{.kind = Kind::mapping, .fields = kSecretFields};
constexpr Shape kRotation{.kind = Kind::mapping, .fields = kRotationFields};

constexpr ResourceType kResources[] = {
    {.type = "AWS::SecretsManager::ResourcePolicy", .not_simulated = "policies are not asked"},
    {"AWS::SecretsManager::RotationSchedule", create<Secrets, secrets_manager::create_rotation>,
     &kRotation},
    {"AWS::SecretsManager::Secret", create<Secrets, secrets_manager::create_secret_resource>,
     &kSecret},
    {"AWS::SecretsManager::SecretTargetAttachment",
     create<Secrets, secrets_manager::create_attachment>},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "secrets, versions with AWSCURRENT, AWSPREVIOUS, AWSPENDING and labels of one's own, deletion "
     "after 7 to 30 days, generated passwords",
     "Secrets Manager User Guide, getting-started; API Reference"},
    {Grade::simulated,
     "rotation in the windows of rate, cron or days, at once when it is set up: the function is "
     "called for its four steps with the version that has AWSPENDING, and again when one fails; "
     "RotateSecret is refused while a rotation is not complete",
     "Secrets Manager User Guide, rotate-secrets_schedule, rotate-secrets_lambda-functions; API "
     "Reference, RotateSecret"},
    {Grade::simulated,
     "one user, or two that take turns (masterarn, or a hosted function MultiUser): the password "
     "before keeps working until the next rotation",
     "Secrets Manager User Guide, rotation-strategy"},
    {Grade::simulated, "a function that its policy does not let Secrets Manager invoke is refused",
     "Secrets Manager User Guide, troubleshoot_rotation"},
    {Grade::simulated, "RotationStarted, RotationSucceeded, RotationFailed, RotationAbandoned",
     "Secrets Manager User Guide, retrieve-ct-entries"},
    {Grade::simulated,
     "lists with filters and pages, versions of a secret, values of twenty at once",
     "API Reference, ListSecrets, Filter, ListSecretVersionIds, BatchGetSecretValue"},
    {Grade::simplified,
     "values are kept in the clear; what a rotation function does is what AWS's templates do"},
    {Grade::simplified, "five attempts, five minutes apart, where AWS says several (estimates)"},
    {Grade::absent, "policies, replicas, managed rotation, binary values"},
};

}  // namespace

extern const Service kSecretsManager{
    .name = "secretsmanager",
    .title = "AWS Secrets Manager",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Secrets>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .fidelity = kFidelity,
};

}  // namespace opsim

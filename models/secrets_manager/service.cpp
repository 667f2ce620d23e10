#include "models/secrets_manager/service.hpp"

#include <algorithm>

#include "models/secrets_manager/secrets.hpp"
#include "opsim/document/shape.hpp"

namespace opsim {

namespace {

using secrets_manager::Secrets;

template <ApiResult<Json> (*Handle)(Secrets&, const Request&)>
constexpr auto on_secrets = immediate<Secrets, Handle>;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"CreateSecret", Access::write, on_secrets<secrets_manager::create_secret>},
    {"DeleteSecret", Access::write, on_secrets<secrets_manager::delete_secret>},
    {"DescribeSecret", Access::read, on_secrets<secrets_manager::describe_secret>},
    {"GetRandomPassword", Access::write, on_secrets<secrets_manager::get_random_password>},
    {"GetSecretValue", Access::read, on_secrets<secrets_manager::get_secret_value>},
    {"ListSecrets", Access::read, on_secrets<secrets_manager::list_secrets>},
    {"PutSecretValue", Access::write, on_secrets<secrets_manager::put_secret_value>},
    {.name = "ReplicateSecretToRegions", .not_simulated = "a secret stands in one Region"},
    {"RestoreSecret", Access::write, on_secrets<secrets_manager::restore_secret>},
    {"RotateSecret", Access::write, on_secrets<secrets_manager::rotate_secret>},
    {.name = "UpdateSecretVersionStage", .not_simulated = "labels move with values and rotations"},
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
    {.name = "HostedRotationLambda", .simulated = Simulated::no},
    {.name = "RotateImmediatelyOnUpdate", .simulated = Simulated::no},
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
     "secrets, versions with AWSCURRENT and AWSPREVIOUS, deletion after 7 to 30 "
     "days, generated passwords",
     "Secrets Manager User Guide, getting-started; API Reference"},
    {Grade::simulated, "rotation by schedule: the function is called for its four steps",
     "Secrets Manager User Guide, rotate-secrets_how, rotate-secrets_schedule"},
    {Grade::simplified,
     "values are kept in the clear; a rotation ends in a value of 32 characters"},
    {Grade::absent, "policies, replicas, rotation windows, managed rotation"},
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

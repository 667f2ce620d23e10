#include "models/catalog.hpp"

#include "models/agents/service.hpp"
#include "models/appconfig/service.hpp"
#include "models/application_auto_scaling/service.hpp"
#include "models/application_signals/service.hpp"
#include "models/backup/service.hpp"
#include "models/change_calendar/service.hpp"
#include "models/change_manager/service.hpp"
#include "models/chatbot/service.hpp"
#include "models/cloudformation/service.hpp"
#include "models/cloudtrail/service.hpp"
#include "models/cloudwatch/service.hpp"
#include "models/codebuild/service.hpp"
#include "models/codecommit/service.hpp"
#include "models/codeconnections/service.hpp"
#include "models/codedeploy/service.hpp"
#include "models/codepipeline/service.hpp"
#include "models/compliance/service.hpp"
#include "models/compute/service.hpp"
#include "models/config/service.hpp"
#include "models/costs/service.hpp"
#include "models/data_stores/service.hpp"
#include "models/dynamodb/service.hpp"
#include "models/ecr/service.hpp"
#include "models/ecs/service.hpp"
#include "models/efs/service.hpp"
#include "models/eks/service.hpp"
#include "models/elastic_disaster_recovery/service.hpp"
#include "models/elasticache/service.hpp"
#include "models/elb/service.hpp"
#include "models/events/service.hpp"
#include "models/features/service.hpp"
#include "models/fis/service.hpp"
#include "models/front_end/service.hpp"
#include "models/iam/service.hpp"
#include "models/image_builder/service.hpp"
#include "models/incident_manager/service.hpp"
#include "models/kinesis/service.hpp"
#include "models/kms/service.hpp"
#include "models/lambda/service.hpp"
#include "models/logins/service.hpp"
#include "models/logs/service.hpp"
#include "models/maintenance_windows/service.hpp"
#include "models/named_types/service.hpp"
#include "models/ops_center/service.hpp"
#include "models/organizations/service.hpp"
#include "models/parameter_store/service.hpp"
#include "models/patch_manager/service.hpp"
#include "models/people/service.hpp"
#include "models/pipes/service.hpp"
#include "models/rds/service.hpp"
#include "models/route53/service.hpp"
#include "models/routing_control/service.hpp"
#include "models/rum/service.hpp"
#include "models/s3/service.hpp"
#include "models/scheduler/service.hpp"
#include "models/secrets_manager/service.hpp"
#include "models/sns/service.hpp"
#include "models/sqs/service.hpp"
#include "models/ssm/service.hpp"
#include "models/state_manager/service.hpp"
#include "models/step_functions/service.hpp"
#include "models/synthetics/service.hpp"
#include "models/tagging/service.hpp"
#include "models/vpc/service.hpp"
#include "models/workload/service.hpp"
#include "models/workload_signals/service.hpp"
#include "models/zonal_shift/service.hpp"
#include "opsim/cloud/call_faults.hpp"

namespace opsim {

namespace {

// To add a service: a folder beside this file, and one row here. The order is that of their hooks.
const Service* const kCatalog[] = {
    &kIam,
    &kCloudTrail,
    &kCallFaults,
    &kEc2,
    &kVpc,
    &kAutoScaling,
    &kApplicationAutoScaling,
    &kEcs,
    &kEks,
    &kElbClassic,
    &kElbV2,
    &kRoute53,
    &kRecoveryControl,
    &kRecoveryCluster,
    &kZonalShift,
    &kCloudWatch,
    &kEvents,
    &kSns,
    &kSqs,
    &kSsm,
    &kSsmIncidents,
    &kSsmContacts,
    &kPeople,
    &kOpsCenter,
    &kParameterStore,
    &kPatchManager,
    &kChangeCalendar,
    &kChangeManager,
    &kStateManager,
    &kCompliance,
    &kMaintenanceWindows,
    &kLambda,
    &kLogs,
    &kChatbot,
    &kWorkloadSignals,
    &kFrontEnd,
    &kSynthetics,
    &kRum,
    &kScheduler,
    &kPipes,
    &kStepFunctions,
    &kSts,
    &kFis,
    &kS3,
    &kKms,
    &kRds,
    &kDocDb,
    &kNeptune,
    &kCodeDeploy,
    &kCodePipeline,
    &kCodeBuild,
    &kCodeCommit,
    &kCodeConnections,
    &kCodeStarConnections,
    &kEcr,
    &kImageBuilder,
    &kAppConfig,
    &kDynamoDb,
    &kElastiCache,
    &kBackup,
    &kElasticDisasterRecovery,
    &kSecretsManager,
    &kKinesis,
    &kEfs,
    &kConfig,
    &kApplicationSignals,
    &kCosts,
    &kTagging,
    &kOrganizations,
    &kCloudFormation,
    &kFeatures,
    &kLogins,
    &kAgents,
    &kNamedTypes,
    &kDataStores,
    &kWorkload,
};

}  // namespace

Catalog catalog() { return kCatalog; }

}  // namespace opsim

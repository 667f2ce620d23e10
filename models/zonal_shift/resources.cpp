// Resource types AWS::ARCZonalShift::*.
// AWS: CloudFormation Template Reference, AWS::ARCZonalShift::ZonalAutoshiftConfiguration; its
// practice run configuration has the members of the API's. SIMPLIFIED: in AWS, Ref gives the ARN of
// the resource; here a name of its own, since two things of one name cannot be told apart.
#include "models/zonal_shift/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::zonal_shift {

namespace {

ApiResult<Created> create_autoshift(ZonalShift& arc, const ResourceRequest& request) {
  const Json& properties = request.properties;
  const ApiResult<ManagedResource*> found =
      managed(arc, request.place, input::text(properties, "ResourceIdentifier"));
  if (!found) return found.error();
  ManagedResource& resource = **found;
  if (const Json& runs = input::member(properties, "PracticeRunConfiguration"); runs.is_object()) {
    ApiResult<PracticeRuns> read = read_practice_runs(runs, {});
    if (!read) return read.error();
    resource.practice = *std::move(read);
  }
  resource.autoshift = input::text(properties, "ZonalAutoshiftStatus") == "ENABLED";
  if (resource.autoshift && !resource.practice)
    return ApiError{"ConflictException", "Zonal autoshift needs a practice run configuration", 409};
  schedule_practice(arc, resource);
  return Created{.physical_id = resource.arn + "/zonal-autoshift"};
}

constexpr Shape kText{.kind = opsim::Kind::text};
constexpr std::string_view kStatuses[] = {"DISABLED", "ENABLED"};
constexpr Shape kStatus{.kind = opsim::Kind::text, .allowed = kStatuses};
constexpr Field kAutoshiftFields[] = {
    {.name = "PracticeRunConfiguration"},
    {.name = "ResourceIdentifier", .shape = &kText, .need = Need::required},
    {.name = "ZonalAutoshiftStatus", .shape = &kStatus},
};
constexpr Shape kAutoshift{.kind = opsim::Kind::mapping, .fields = kAutoshiftFields};

constexpr ResourceType kResourceRows[] = {
    {.type = "AWS::ARCZonalShift::AutoshiftObserverNotificationStatus",
     .not_simulated = "observers are not notified"},
    {.type = "AWS::ARCZonalShift::ZonalAutoshiftConfiguration",
     .create = create<ZonalShift, create_autoshift>,
     .properties = &kAutoshift},
};

}  // namespace

const std::span<const ResourceType> kResources = kResourceRows;

}  // namespace opsim::zonal_shift

// AWS: CloudTrail User Guide, query-limitations, cloudtrail-lake-organizations,
// creating-trail-organization; CloudTrail API Reference.
#include "models/cloudtrail/cloudtrail.hpp"
#include "models/cloudtrail/lake_sql.hpp"
#include "models/cloudtrail/service.hpp"
#include "models/organizations/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {
namespace {

using namespace cloudtrail;

const Service* const kAuditServices[] = {&kCloudTrail, &kOrganizations};

const Json kRecords[] = {
    {{"eventTime", "2026-03-02T09:00:00Z"},
     {"eventName", "PutParameter"},
     {"recipientAccountId", "200000000001"},
     {"readOnly", false},
     {"userIdentity", {{"arn", "arn:aws:iam::200000000001:user/ann"}, {"type", "IAMUser"}}},
     {"requestParameters", {{"name", "/payouts/iban"}}}},
    {{"eventTime", "2026-03-02T10:00:00Z"},
     {"eventName", "DeleteTrail"},
     {"recipientAccountId", "200000000002"},
     {"readOnly", false},
     {"errorCode", "AccessDenied"},
     {"userIdentity", {{"arn", "arn:aws:iam::200000000002:user/mallory"}, {"type", "IAMUser"}}},
     {"requestParameters", {{"name", "audit"}}}},
    {{"eventTime", "2026-03-02T11:00:00Z"},
     {"eventName", "PutParameter"},
     {"recipientAccountId", "200000000002"},
     {"readOnly", false},
     {"userIdentity", {{"arn", "arn:aws:iam::200000000002:user/mallory"}, {"type", "IAMUser"}}},
     {"requestParameters", {{"name", "/payouts/iban"}}}},
};

/// "a|b, c|d": the values of the rows.
std::string answer(const std::string& rest) {
  const ApiResult<Select> select = parse_select(rest);
  if (!select) return select.error().code;
  std::string text;
  for (const Json& row : run_select(*select, kRecords)) {
    if (!text.empty()) text += ", ";
    std::string cells;
    for (const Json& one : row)
      cells += (cells.empty() ? "" : "|") +
               (one.begin()->is_null() ? std::string{"NULL"} : one.begin()->get<std::string>());
    text += cells;
  }
  return text;
}

struct AuditWorld : SmallWorld {
  AuditWorld() : SmallWorld{kAuditServices} {
    const Document document =
        read_yaml("scenario.yaml", "ou-prod-00000001: { name: Production, accounts: 2 }\n");
    kOrganizations.sections[0].read(*cloud.model("organizations"), cloud, document.root);
  }
  ApiResult<Json> call_in(const char* account, std::string service, std::string operation,
                          Json input = Json::object()) {
    const Caller caller{
        {account, "us-east-1"}, fmt::format("arn:aws:iam::{}:user/ann", account), ""};
    return finish(cloud.call(caller, std::move(service), std::move(operation), std::move(input)));
  }
  std::string store(bool organization) {
    return must("cloudtrail", "CreateEventDataStore",
                {{"Name", "audit"}, {"OrganizationEnabled", organization}})
        .at("EventDataStoreArn")
        .get<std::string>();
  }
  /// How many calls of a name the store knows of.
  std::size_t known(const std::string& store, const char* operation) {
    const std::string id = store.substr(store.rfind('/') + 1);
    const Json started = must(
        "cloudtrail", "StartQuery",
        {{"QueryStatement",
          fmt::format("SELECT recipientAccountId FROM {} WHERE eventName = '{}'", id, operation)}});
    run_for(1min);
    const Json told = must("cloudtrail", "GetQueryResults", {{"QueryId", started.at("QueryId")}});
    CHECK(told.at("QueryStatus") == "FINISHED");
    return told.at("QueryResultRows").size();
  }
};

}  // namespace

TEST_SUITE("cloudtrail: lake") {
  TEST_CASE("columns, conditions, order: what the page's grammar says") {
    CHECK(answer("SELECT eventName FROM id") == "PutParameter, DeleteTrail, PutParameter");
    CHECK(answer("select EVENTNAME from id where recipientaccountid = '200000000001'") ==
          "PutParameter");
    CHECK(answer("SELECT userIdentity.arn FROM id WHERE eventName LIKE 'Delete%'") ==
          "arn:aws:iam::200000000002:user/mallory");
    CHECK(answer("SELECT eventTime FROM id WHERE element_at(requestParameters, 'name') = "
                 "'/payouts/iban' ORDER BY eventTime DESC") ==
          "2026-03-02 11:00:00.000, 2026-03-02 09:00:00.000");
    CHECK(answer("SELECT eventName FROM id WHERE eventTime > '2026-03-02 09:30:00' AND "
                 "(errorCode IS NULL OR readOnly = true)") == "PutParameter");
    CHECK(answer("SELECT eventName FROM id WHERE eventTime BETWEEN '2026-03-02T10:00:00Z' AND "
                 "'2026-03-02T10:00:00Z'") == "DeleteTrail");
    CHECK(answer("SELECT eventName FROM id WHERE eventName NOT IN ('PutParameter')") ==
          "DeleteTrail");
    CHECK(answer("SELECT DISTINCT eventName FROM id LIMIT 1") == "PutParameter");
    CHECK(answer("SELECT errorCode FROM id WHERE eventName = 'PutParameter'") == "NULL, NULL");
  }

  TEST_CASE("NULL is compared with nothing, and NOT of that is not true") {
    CHECK(answer("SELECT eventName FROM id WHERE errorCode != 'AccessDenied'") == "");
    CHECK(answer("SELECT eventName FROM id WHERE NOT errorCode = 'AccessDenied'") == "");
    CHECK(answer("SELECT eventName FROM id WHERE errorCode IS NOT NULL") == "DeleteTrail");
  }

  TEST_CASE("counts by group") {
    CHECK(answer("SELECT COUNT(*) FROM id") == "3");
    CHECK(answer("SELECT recipientAccountId, COUNT(*) AS calls FROM id GROUP BY "
                 "recipientAccountId ORDER BY calls DESC") == "200000000002|2, 200000000001|1");
    CHECK(answer("SELECT COUNT(*) FROM id WHERE eventName = 'None'") == "0");
  }

  TEST_CASE("what is wrong, and what is only beyond the subset") {
    for (const char* text :
         {"DELETE FROM id", "SELECT eventName", "SELECT colour FROM id",
          "SELECT eventName FROM id WHERE", "SELECT eventName FROM id WHERE eventName",
          "SELECT eventName FROM id extra", "SELECT 'a FROM id", ""}) {
      CAPTURE(text);
      CHECK(answer(text) == "InvalidQueryStatementException");
    }
    CHECK(answer("SELECT lower(eventName) FROM id") == "NotSimulated");
    CHECK(answer("SELECT eventName FROM id UNION SELECT eventName FROM other") == "NotSimulated");
    CHECK(answer("SELECT eventName FROM id WHERE " + std::string(100'000, '(')) ==
          "InvalidQueryStatementException");
  }

  TEST_CASE("a store of the organization has the calls of all accounts, of new ones too") {
    AuditWorld world;
    const std::string store = world.store(true);
    world.call_in("200000000001", "cloudtrail", "CreateTrail",
                  {{"Name", "mine"}, {"S3BucketName", "b"}});
    world.must("organizations", "CreateAccount",
               {{"AccountName", "New"}, {"Email", "new@example.com"}});
    world.call_in("200000000003", "cloudtrail", "CreateTrail",
                  {{"Name", "mine"}, {"S3BucketName", "b"}});
    world.call_in("999999999999", "cloudtrail", "CreateTrail",  // of another organization
                  {{"Name", "mine"}, {"S3BucketName", "b"}});
    CHECK(world.known(store, "CreateTrail") == 0);  // not yet: five minutes
    world.run_for(5min);
    CHECK(world.known(store, "CreateTrail") == 2);
  }

  TEST_CASE("a store of one account knows of no other") {
    AuditWorld world;
    const std::string store = world.store(false);
    world.call_in("200000000001", "cloudtrail", "CreateTrail",
                  {{"Name", "mine"}, {"S3BucketName", "b"}});
    world.must("cloudtrail", "CreateTrail", {{"Name", "mine"}, {"S3BucketName", "b"}});
    world.run_for(6min);
    CHECK(world.known(store, "CreateTrail") == 1);
  }

  TEST_CASE("only the management account makes or changes what is of the organization") {
    AuditWorld world;
    const std::string store = world.store(true);
    world.must("cloudtrail", "CreateTrail",
               {{"Name", "audit"},
                {"S3BucketName", "b"},
                {"IsOrganizationTrail", true},
                {"IsMultiRegionTrail", true}});
    world.must("cloudtrail", "StartLogging", {{"Name", "audit"}});
    const auto refused = [&](const char* operation, const Json& input) {
      const ApiResult<Json> answer = world.call_in("200000000001", "cloudtrail", operation, input);
      return answer ? std::string{} : answer.error().code;
    };
    const std::string no = "NotOrganizationMasterAccountException";
    CHECK(refused("StopLogging", {{"Name", "audit"}}) == no);
    CHECK(refused("DeleteTrail", {{"Name", "audit"}}) == no);
    CHECK(refused("UpdateTrail", {{"Name", "audit"}}) == no);
    CHECK(refused("StopEventDataStoreIngestion", {{"EventDataStore", store}}) == no);
    CHECK(refused("DeleteEventDataStore", {{"EventDataStore", store}}) == no);
    CHECK(refused("CreateTrail",
                  {{"Name", "org"}, {"S3BucketName", "b"}, {"IsOrganizationTrail", true}}) == no);
    CHECK(refused("GetTrailStatus", {{"Name", "audit"}}).empty());  // members see it
    CHECK(world.must("cloudtrail", "GetTrailStatus", {{"Name", "audit"}}).at("IsLogging") == true);
  }

  TEST_CASE("stopped ingestion loses what happens; termination protection keeps the store") {
    AuditWorld world;
    const std::string store = world.store(false);
    const Json which{{"EventDataStore", store}};
    CHECK(world.refusal("cloudtrail", "DeleteEventDataStore", which) ==
          "EventDataStoreTerminationProtectedException");
    world.must("cloudtrail", "StopEventDataStoreIngestion", which);
    world.must("cloudtrail", "CreateTrail", {{"Name", "one"}, {"S3BucketName", "b"}});
    world.must("cloudtrail", "StartEventDataStoreIngestion", which);
    world.must("cloudtrail", "CreateTrail", {{"Name", "two"}, {"S3BucketName", "b"}});
    world.run_for(6min);
    CHECK(world.known(store, "CreateTrail") == 1);
    CHECK(world.refusal("cloudtrail", "GetEventDataStore", {{"EventDataStore", "none"}}) ==
          "EventDataStoreNotFoundException");
    CHECK(world.refusal("cloudtrail", "GetQueryResults", {{"QueryId", "none"}}) ==
          "QueryIdNotFoundException");
  }

  TEST_CASE("an audit holds what it finds against all that happened") {
    AuditWorld world;
    world.store(true);
    const Document document = read_yaml("scenario.yaml", R"(
WhoMadeTrails: { at: 1h, asks: "SELECT userIdentity.arn FROM $store WHERE eventName = 'CreateTrail'" }
)");
    kCloudTrail.sections[0].read(*world.cloud.model("cloudtrail"), world.cloud, document.root);
    world.call_in("200000000001", "cloudtrail", "CreateTrail",
                  {{"Name", "mine"}, {"S3BucketName", "b"}});
    world.call_in("999999999999", "cloudtrail", "CreateTrail",
                  {{"Name", "mine"}, {"S3BucketName", "b"}});
    CHECK(world.cloud.read_quantity("WhoMadeTrails", "found") == std::nullopt);  // not asked yet
    world.run_for(2h);
    CHECK(world.cloud.read_quantity("WhoMadeTrails", "found") == 50);
    CHECK(world.cloud.read_quantity("WhoMadeTrails", "queries") == 1);
    CHECK(world.cloud.read_quantity("WhoMadeTrails", "answered in").value() < 1);
  }
}

}  // namespace opsim::tests

#pragma once
/// One RDS database or one cluster in a small world.
#include "models/rds/service.hpp"
#include "models/sns/service.hpp"
#include "models/sqs/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

inline const Service* const kDatabaseServices[] = {&kRds, &kDocDb, &kNeptune, &kSns, &kSqs};

struct DatabaseWorld : SmallWorld {
  DatabaseWorld() : SmallWorld{kDatabaseServices} {}

  /// A database "db" of 100 GiB.
  void make_database(Json more = Json::object()) {
    Json properties{{"DBInstanceIdentifier", "db"},
                    {"DBInstanceClass", "db.m6g.large"},
                    {"Engine", "postgres"},
                    {"AllocatedStorage", 100}};
    properties.update(more);
    make("AWS::RDS::DBInstance", "Orders", properties);
  }
  /// A cluster "main" with members "a" (the writer), "b", "c" in tiers 1, 2, 0.
  void make_cluster(const std::string& prefix, const std::string& engine) {
    make(prefix + "DBCluster", "Main", {{"DBClusterIdentifier", "main"}, {"Engine", engine}});
    const std::pair<std::string, int> members[] = {{"a", 1}, {"b", 2}, {"c", 0}};
    for (const auto& [id, tier] : members)
      make(prefix + "DBInstance", "Member" + id,
           {{"DBInstanceIdentifier", id},
            {"DBClusterIdentifier", "main"},
            {"PromotionTier", tier},
            {"DBInstanceClass", "db.r6g.large"}});
  }
  Json database(const std::string& id = "db") {
    return must("rds", "DescribeDBInstances", {{"DBInstanceIdentifier", id}})["DBInstances"][0];
  }
  std::string status(const std::string& id = "db") {
    const auto found = call("rds", "DescribeDBInstances", {{"DBInstanceIdentifier", id}});
    return found ? (*found)["DBInstances"][0]["DBInstanceStatus"].get<std::string>() : "gone";
  }
  std::string writer(const std::string& service = "rds") {
    const Json cluster =
        must(service, "DescribeDBClusters", {{"DBClusterIdentifier", "main"}})["DBClusters"][0];
    for (const Json& member : cluster["DBClusterMembers"])
      if (member["IsClusterWriter"] == true)
        return member["DBInstanceIdentifier"].get<std::string>();
    return "";
  }
  /// Runs until the resource is well again; how long that took from now.
  Duration until_ok(const std::string& id, Duration most = 2h) {
    const SimTime begun = sim.now();
    while (cloud.health(id) != Health::ok && sim.now() - begun < most)
      if (!sim.run_one()) break;
    return sim.now() - begun;
  }
  void fault(std::string_view name, std::string_view text, const std::string& target) {
    const Document document = read_yaml("t.yaml", text);
    for (const Fault& row : kRds.faults)
      if (row.name == name)
        row.begin(*cloud.model("rds"), {cloud, document.root, {target}, "t.yaml:1", "luck"});
  }
  void physics(std::string_view text) {
    const Document document = read_yaml("t.yaml", text);
    const Resource* resource = cloud.resources().find("db");
    kRds.physics[0].apply(*cloud.model("rds"), {cloud, "Orders", "", resource, document.root});
  }
  /// "DB instance shutdown.; DB instance restarted."
  std::string messages() {
    std::string all;
    const Json told = must("rds", "DescribeEvents", {{"Duration", 20'160}});
    for (const Json& event : told["Events"])
      all += (all.empty() ? "" : "; ") + event["Message"].get<std::string>();
    return all;
  }
};

}  // namespace opsim::tests

// Records at the waists: who gets which answer, and what clients still have.
#include <doctest/doctest.h>

#include "tests/models/route53/dns_world.hpp"

namespace opsim::tests {
namespace {

/// A load balancer with one healthy address behind it; its DNS name.
struct Balancer {
  std::string group;
  std::string dns;
};
Balancer stand_balancer(Dns& world, const std::string& name) {
  Balancer made;
  made.group =
      world.make("AWS::ElasticLoadBalancingV2::TargetGroup", name + "Group",
                 {{"Name", name},
                  {"Protocol", "HTTP"},
                  {"Port", 80},
                  {"VpcId", "vpc-1"},
                  {"TargetType", "ip"},
                  {"Targets", {{{"Id", "10.0.0.1"}, {"AvailabilityZone", "us-east-1a"}}}}});
  const std::string arn = world.make("AWS::ElasticLoadBalancingV2::LoadBalancer", name + "Balancer",
                                     {{"Name", name}, {"Subnets", {"subnet-a", "subnet-b"}}});
  world.make("AWS::ElasticLoadBalancingV2::Listener", name + "Listener",
             {{"LoadBalancerArn", arn},
              {"Protocol", "HTTP"},
              {"Port", 80},
              {"DefaultActions", {{{"Type", "forward"}, {"TargetGroupArn", made.group}}}}});
  made.dns = world.cloud.resources().find(arn)->attributes.at("DNSName").get<std::string>();
  return made;
}

}  // namespace

TEST_SUITE("route53: records") {
  TEST_CASE("changes are one transaction, in sync after a while, and served then") {
    Dns world;
    const auto change = [&](const char* action, const char* value) {
      return Json{{"HostedZoneId", world.zone},
                  {"ChangeBatch",
                   {{"Changes",
                     {{{"Action", action},
                       {"ResourceRecordSet",
                        {{"Name", "www.example.com"},
                         {"Type", "A"},
                         {"TTL", 300},
                         {"ResourceRecords", {{{"Value", value}}}}}}}}}}}};
    };
    const Json made =
        world.must("route53", "ChangeResourceRecordSets", change("CREATE", "192.0.2.1"));
    CHECK(made.at("ChangeInfo").at("Status") == "PENDING");
    CHECK(world.refusal("route53", "ChangeResourceRecordSets", change("CREATE", "192.0.2.1")) ==
          "InvalidChangeBatch");
    const Json question{
        {"HostedZoneId", world.zone}, {"RecordName", "www.example.com"}, {"RecordType", "A"}};
    CHECK(world.must("route53", "TestDNSAnswer", question).at("ResponseCode") == "NXDOMAIN");
    world.run_for(1min);
    CHECK(world.must("route53", "GetChange", {{"Id", made.at("ChangeInfo").at("Id")}})
              .at("ChangeInfo")
              .at("Status") == "INSYNC");
    const Json answer = world.must("route53", "TestDNSAnswer", question);
    CHECK(answer.at("ResponseCode") == "NOERROR");
    CHECK(answer.at("RecordData") == Json::array({"192.0.2.1"}));
    const Json list =
        world.must("route53", "ListResourceRecordSets", {{"HostedZoneId", world.zone}});
    CHECK(list.at("ResourceRecordSets").size() == 3);
    CHECK(list.at("ResourceRecordSets")[2].at("Name") == "www.example.com.");

    // What clients have moves from one value to the other over the TTL.
    world.run_for(1h);
    world.must("route53", "ChangeResourceRecordSets", change("UPSERT", "192.0.2.2"));
    world.run_for(30s);
    CHECK(world.answers("www.example.com") == "192.0.2.2 1.000");
    CHECK(world.clients("www.example.com").starts_with("192.0.2.1 "));
    world.run_for(150s);
    const std::string halfway = world.clients("www.example.com");
    CHECK(halfway.starts_with("192.0.2.1 0.5"));
    world.run_for(160s);
    CHECK(world.clients("www.example.com") == "192.0.2.2 1.000");
  }

  TEST_CASE("weighted: by weight among the healthy; zero only when all others are unhealthy") {
    Dns world;
    std::vector<std::string> checks;
    for (const auto& [name, weight] : {std::pair{"a", 3}, {"b", 1}, {"c", 0}}) {
      checks.push_back(world.endpoint(std::string{"Check"} + name));
      world.record({{"Name", "w.example.com"},
                    {"SetIdentifier", name},
                    {"Weight", weight},
                    {"HealthCheckId", checks.back()},
                    {"ResourceRecords", {std::string{"192.0.2."} + name}}});
    }
    CHECK(world.answers("w.example.com") == "192.0.2.a 0.750, 192.0.2.b 0.250");
    world.answer(checks[0], 0);
    world.run_for(3min);
    CHECK(world.answers("w.example.com") == "192.0.2.b 1.000");
    world.answer(checks[1], 0);
    world.run_for(3min);
    CHECK(world.answers("w.example.com") == "192.0.2.c 1.000");
    world.answer(checks[2], 0);
    world.run_for(3min);
    CHECK(world.answers("w.example.com") == "192.0.2.a 0.750, 192.0.2.b 0.250");
  }

  TEST_CASE("failover: the secondary while only it is healthy; clients follow within the TTL") {
    Dns world;
    const std::string primary = world.endpoint("Primary");
    const std::string secondary = world.endpoint("Secondary");
    const auto record = [&](const char* which, const std::string& check, const char* value) {
      world.record({{"Name", "f.example.com"},
                    {"SetIdentifier", which},
                    {"Failover", which},
                    {"HealthCheckId", check},
                    {"ResourceRecords", {value}}});
    };
    record("PRIMARY", primary, "192.0.2.1");
    record("SECONDARY", secondary, "192.0.2.2");
    world.run_for(10min);
    CHECK(world.answers("f.example.com") == "192.0.2.1 1.000");
    world.answer(primary, 0);
    world.until(primary, false);
    CHECK(world.answers("f.example.com") == "192.0.2.2 1.000");
    CHECK(world.clients("f.example.com").starts_with("192.0.2.1 "));
    world.run_for(61s);
    CHECK(world.clients("f.example.com") == "192.0.2.2 1.000");
    world.answer(secondary, 0);
    world.until(secondary, false);
    CHECK(world.answers("f.example.com") == "192.0.2.1 1.000");
  }

  TEST_CASE("an alias that evaluates its load balancer fails over with it") {
    Dns world;
    const Balancer first = stand_balancer(world, "first");
    const Balancer second = stand_balancer(world, "second");
    const auto record = [&](const char* which, const std::string& dns) {
      world.record({{"Name", "app.example.com"},
                    {"SetIdentifier", which},
                    {"Failover", which},
                    {"AliasTarget",
                     {{"HostedZoneId", "Z35SXDOTRQ7X7K"},
                      {"DNSName", dns},
                      {"EvaluateTargetHealth", true}}}});
    };
    record("PRIMARY", first.dns);
    record("SECONDARY", second.dns);
    CHECK(world.answers("app.example.com") == first.dns + " 1.000");
    world.cloud.change_quantity(first.group, "answer", {opsim::Change::How::to, 500});
    world.run_for(61s);
    CHECK(world.answers("app.example.com") == second.dns + " 1.000");
    world.run_for(61s);
    CHECK(world.clients("app.example.com") == second.dns + " 1.000");
  }

  TEST_CASE("an endpoint that is a load balancer's name fails with its targets") {
    Dns world;
    const Balancer site = stand_balancer(world, "site");
    const std::string check =
        world.endpoint("Site", {{"IPAddress", nullptr}, {"FullyQualifiedDomainName", site.dns}});
    world.run_for(5min);
    CHECK(world.healthy(check));
    world.cloud.change_quantity(site.group, "answer", {opsim::Change::How::to, 500});
    world.run_for(5min);
    CHECK_FALSE(world.healthy(check));
    world.cloud.change_quantity(site.group, "answer", {opsim::Change::How::to, 200});
    world.run_for(5min);
    CHECK(world.healthy(check));
  }

  TEST_CASE("latency, geolocation and multivalue choose as their pages say") {
    Dns world;
    for (const char* region : {"us-east-1", "eu-west-1", "ap-northeast-1"})
      world.record({{"Name", "l.example.com"},
                    {"SetIdentifier", region},
                    {"Region", region},
                    {"ResourceRecords", {region}}});
    CHECK(world.answers("l.example.com") == "us-east-1 1.000");
    CHECK(world.answers("l.example.com", {{"Client", {{"Region", "eu-central-1"}}}}) ==
          "eu-west-1 1.000");
    const auto located = [&](const char* id, const Json& where) {
      world.record({{"Name", "g.example.com"},
                    {"SetIdentifier", id},
                    {"GeoLocation", where},
                    {"ResourceRecords", {id}}});
    };
    located("default", {{"CountryCode", "*"}});
    located("europe", {{"ContinentCode", "EU"}});
    located("germany", {{"CountryCode", "DE"}});
    const auto from = [&](const char* country, const char* continent) {
      return world.answers("g.example.com",
                           {{"Client", {{"CountryCode", country}, {"ContinentCode", continent}}}});
    };
    CHECK(from("DE", "EU") == "germany 1.000");
    CHECK(from("FR", "EU") == "europe 1.000");
    CHECK(from("JP", "AS") == "default 1.000");
    const std::string check = world.endpoint("Check");
    world.record({{"Name", "m.example.com"},
                  {"SetIdentifier", "1"},
                  {"MultiValueAnswer", true},
                  {"HealthCheckId", check},
                  {"ResourceRecords", {"192.0.2.1"}}});
    world.record({{"Name", "m.example.com"},
                  {"SetIdentifier", "2"},
                  {"MultiValueAnswer", true},
                  {"ResourceRecords", {"192.0.2.2"}}});
    CHECK(world.answers("m.example.com") == "192.0.2.1 0.500, 192.0.2.2 0.500");
    world.answer(check, 0);
    world.run_for(3min);
    CHECK(world.answers("m.example.com") == "192.0.2.2 1.000");
  }

  TEST_CASE("wildcards, CNAMEs, zones and what is refused") {
    Dns world;
    world.record({{"Name", "*.example.com"}, {"ResourceRecords", {"192.0.2.9"}}});
    world.record(
        {{"Name", "real.example.com"}, {"Type", "CNAME"}, {"ResourceRecords", {"elsewhere.test"}}});
    CHECK(world.answers("any.thing.example.com") == "192.0.2.9 1.000");
    CHECK(world.answers("real.example.com") == "elsewhere.test 1.000");
    const auto refused = [&](const Json& record) {
      return world.refusal(
          "route53", "ChangeResourceRecordSets",
          {{"HostedZoneId", world.zone},
           {"ChangeBatch",
            {{"Changes", {{{"Action", "CREATE"}, {"ResourceRecordSet", record}}}}}}});
    };
    const Json values{{{"Value", "192.0.2.1"}}};
    CHECK(refused(
              {{"Name", "a.other.com"}, {"Type", "A"}, {"TTL", 1}, {"ResourceRecords", values}}) ==
          "InvalidChangeBatch");
    CHECK(refused({{"Name", "real.example.com"},
                   {"Type", "A"},
                   {"TTL", 1},
                   {"ResourceRecords", values}}) == "InvalidChangeBatch");
    CHECK(refused({{"Name", "x.example.com"}, {"Type", "A"}, {"ResourceRecords", values}}) ==
          "InvalidInput");
    CHECK(refused({{"Name", "x.example.com"},
                   {"Type", "A"},
                   {"TTL", 1},
                   {"Weight", 1},
                   {"ResourceRecords", values}}) == "InvalidInput");
    CHECK(refused({{"Name", "x.example.com"},
                   {"Type", "A"},
                   {"TTL", 1},
                   {"HealthCheckId", "none"},
                   {"ResourceRecords", values}}) == "NoSuchHealthCheck");
    CHECK(world.refusal("route53", "DeleteHostedZone", {{"Id", world.zone}}) ==
          "HostedZoneNotEmpty");
    CHECK(world.refusal("route53", "GetHostedZone", {{"Id", "Znone"}}) == "NoSuchHostedZone");
  }
}

}  // namespace opsim::tests

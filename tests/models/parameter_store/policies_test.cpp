// Policies of parameters, and what the bus hears.
// AWS: Systems Manager User Guide, "Assigning parameter policies in Parameter Store", "Setting up
// notifications or triggering actions based on Parameter Store events".
#include <doctest/doctest.h>

#include "tests/models/parameter_store/world.hpp"

namespace opsim::tests {
namespace {

constexpr const char* kExpires =
    R"({"Type":"Expiration","Version":"1.0","Attributes":{"Timestamp":"2026-03-12T09:00:00.000Z"}})";
constexpr const char* kBefore =
    R"({"Type":"ExpirationNotification","Version":"1.0","Attributes":{"Before":"5","Unit":"Days"}})";
constexpr const char* kUnchanged =
    R"({"Type":"NoChangeNotification","Version":"1.0","Attributes":{"After":"20","Unit":"Hours"}})";

std::string list_of(std::initializer_list<std::string> policies) {
  std::string list = "[";
  for (const std::string& policy : policies) list += (list.size() > 1 ? "," : "") + policy;
  return list + "]";
}

/// "+120h ExpirationNotification of p", one for each policy that acted.
std::vector<std::string> acted(Store& world) {
  std::vector<std::string> lines;
  for (const Event& event : world.events())
    if (event.detail_type == "Parameter Store Policy Action")
      lines.push_back(fmt::format(
          "+{}h {} of {}: {}",
          std::chrono::floor<std::chrono::hours>(event.time - world.sim.start()).count(),
          event.detail["policy-type"].get<std::string>(),
          event.detail["parameter-name"].get<std::string>(),
          event.detail["action-status"].get<std::string>()));
  return lines;
}

}  // namespace

TEST_SUITE("parameter store: policies") {
  TEST_CASE("a parameter is announced, expires at its time, and is gone") {
    Store world;
    CHECK(world.put(
              {{"Name", "p"}, {"Tier", "Advanced"}, {"Policies", list_of({kExpires, kBefore})}}) ==
          "1");
    world.run_for(std::chrono::hours{240 - 1});
    CHECK(acted(world) == std::vector<std::string>{"+120h ExpirationNotification of p: Success"});
    CHECK(world.value_of("p") == "x");
    world.run_for(std::chrono::hours{1});
    CHECK(world.value_of("p") == "ParameterNotFound");
    CHECK(acted(world).back() == "+240h Expiration of p: Success");
    CHECK(world.events().back().detail["operation"] == "Delete");
  }
  TEST_CASE("a change begins the time without changes anew, and moves no expiration") {
    Store world;
    const Json policies{
        {"Name", "p"}, {"Tier", "Advanced"}, {"Policies", list_of({kExpires, kUnchanged})}};
    CHECK(world.put(policies) == "1");
    world.run_for(std::chrono::hours{15});
    CHECK(world.put("p", "y") == "2");
    world.run_for(std::chrono::hours{15});
    CHECK(acted(world).empty());
    world.run_for(std::chrono::hours{100});
    CHECK(acted(world) == std::vector<std::string>{"+35h NoChangeNotification of p: Success"});
    world.run_for(std::chrono::hours{200});
    CHECK(acted(world).back() == "+240h Expiration of p: Success");
  }
  TEST_CASE("policies stay until others, or an empty one, take their place") {
    Store world;
    const auto held = [&] {
      Json list = Json::array();
      const Json shown = world.answer("DescribeParameters", {})["Parameters"][0];
      for (const Json& policy : shown["Policies"])
        list.push_back(policy["PolicyType"].get<std::string>() + " " +
                       policy["PolicyStatus"].get<std::string>());
      return list;
    };
    world.put({{"Name", "p"}, {"Tier", "Advanced"}, {"Policies", list_of({kUnchanged})}});
    CHECK(held() == Json::array({"NoChangeNotification Pending"}));
    world.run_for(std::chrono::hours{21});
    CHECK(held() == Json::array({"NoChangeNotification Finished"}));
    world.put("p", "y");
    CHECK(held() == Json::array({"NoChangeNotification Pending"}));
    world.put({{"Name", "p"}, {"Overwrite", true}, {"Policies", "[{}]"}});
    CHECK(held() == Json::array());
    world.run_for(std::chrono::hours{100});
    CHECK(acted(world).size() == 1);
  }
  TEST_CASE("what is no policy is refused") {
    struct Row {
      std::string policies;
      std::string tier;
      std::string code;
    };
    const std::vector<std::string> eleven(11, kUnchanged);
    std::string too_many = "[" + eleven[0];
    for (std::size_t i = 1; i < eleven.size(); ++i) too_many += "," + eleven[i];
    const Row rows[] = {
        {list_of({kUnchanged}), "Standard", "ValidationException"},
        {list_of({kUnchanged}), "Intelligent-Tiering", "1"},  // becomes an advanced one
        {list_of({kExpires, kExpires}), "Advanced", "IncompatiblePolicyException"},
        {R"([{"Type":"Rotation","Version":"1.0"}])", "Advanced", "InvalidPolicyTypeException"},
        {R"([{"Type":"Expiration","Attributes":{"Timestamp":"soon"}}])", "Advanced",
         "InvalidPolicyAttributeException"},
        {R"([{"Type":"NoChangeNotification","Attributes":{"After":"2","Unit":"Weeks"}}])",
         "Advanced", "InvalidPolicyAttributeException"},
        {too_many + "]", "Advanced", "PoliciesLimitExceededException"},
        {"no json", "Advanced", "InvalidPolicyAttributeException"},
    };
    for (const Row& row : rows) {
      CAPTURE(row.policies);
      Store world;
      CHECK(world.put({{"Name", "p"}, {"Tier", row.tier}, {"Policies", row.policies}}) == row.code);
    }
  }
  TEST_CASE("the bus hears of every change") {
    Store world;
    world.put({{"Name", "/a/b"}, {"Description", "Sample Parameter"}});
    world.put("/a/b", "y");
    world.ask("LabelParameterVersion", {{"Name", "/a/b"}, {"Labels", {"prod"}}});
    world.ask("DeleteParameter", {{"Name", "/a/b"}});
    std::vector<std::string> operations;
    for (const Event& event : world.events()) {
      CHECK(event.detail_type == "Parameter Store Change");
      CHECK(event.resources[0] == "arn:aws:ssm:us-east-1:123456789012:parameter/a/b");
      CHECK(event.detail["name"] == "/a/b");
      CHECK(event.detail["type"] == "String");
      CHECK(event.detail["description"] == "Sample Parameter");
      operations.push_back(event.detail["operation"].get<std::string>());
    }
    CHECK(operations ==
          std::vector<std::string>{"Create", "Update", "LabelParameterVersion", "Delete"});
  }
}
}  // namespace opsim::tests

#include "models/sns/filter_policy.hpp"

#include <doctest/doctest.h>

namespace opsim::tests {

namespace {

using sns::FilterScope;

bool passes(const char* policy, const char* body) {
  const auto read = sns::read_filter_policy(policy, FilterScope::body);
  REQUIRE(read.has_value());
  return sns::passes_filter(*read, FilterScope::body, {}, body);
}

std::string refusal_of(const char* policy, FilterScope scope) {
  const auto read = sns::read_filter_policy(policy, scope);
  return read ? "" : read.error().message;
}

}  // namespace

TEST_SUITE("sns: filter policies") {
  // SNS Developer Guide, "Amazon SNS message filtering": the kinds of matching, a row each.
  TEST_CASE("each kind of rule matches what the guide says") {
    struct Row {
      const char* policy;
      const char* body;
      bool passes;
    };
    const Row rows[] = {
        {R"({"store":["shop"]})", R"({"store":"shop"})", true},
        {R"({"store":["shop"]})", R"({"store":"mall"})", false},
        {R"({"store":["shop"]})", R"({})", false},
        {R"({"store":["shop"]})", "no json", false},
        {R"({"price":[3]})", R"({"price":3.0})", true},
        {R"({"price":[3]})", R"({"price":"3"})", false},
        {R"({"event":[{"prefix":"order-"}]})", R"({"event":"order-placed"})", true},
        {R"({"event":[{"suffix":"ball"}]})", R"({"event":"baseball"})", true},
        {R"({"event":[{"wildcard":"*ball*"}]})", R"({"event":"ballet"})", true},
        {R"({"event":[{"equals-ignore-case":"tennis"}]})", R"({"event":"TENNIS"})", true},
        {R"({"event":[{"anything-but":["rugby","tennis"]}]})", R"({"event":"golf"})", true},
        {R"({"event":[{"anything-but":["rugby","tennis"]}]})", R"({"event":"rugby"})", false},
        {R"({"event":[{"anything-but":{"prefix":"order-"}}]})", R"({"event":"order-1"})", false},
        {R"({"event":[{"anything-but":["rugby"]}]})", R"({"event":["rugby","golf"]})", true},
        {R"({"price":[{"numeric":[">",0,"<=",150]}]})", R"({"price":150})", true},
        {R"({"price":[{"numeric":[">",0,"<=",150]}]})", R"({"price":150.5})", false},
        {R"({"ip":[{"cidr":"10.0.0.0/24"}]})", R"({"ip":"10.0.0.255"})", true},
        {R"({"ip":[{"cidr":"10.0.0.0/24"}]})", R"({"ip":"10.0.1.1"})", false},
        {R"({"ip":[{"cidr":"2001:db8::/32"}]})", R"({"ip":"2001:db8:1::7"})", true},
        {R"({"ip":[{"cidr":"2001:db8::/32"}]})", R"({"ip":"2001:db9::7"})", false},
        {R"({"store":[{"exists":true}]})", R"({"store":1})", true},
        {R"({"store":[{"exists":false}]})", R"({"other":1})", true},
        {R"({"store":[{"exists":false}]})", R"({"store":1})", false},
        {R"({"a":["x"],"b":["y"]})", R"({"a":"x","b":"z"})", false},
        {R"({"$or":[{"a":["x"]},{"b":["y"]}]})", R"({"b":"y"})", true},
        {R"({"$or":[{"a":["x"]},{"b":["y"]}]})", R"({"b":"x"})", false},
        {R"({"a":{"b":["x"]}})", R"({"a":{"b":"x"}})", true},
        {R"({"a":{"b":["x"]}})", R"({"a":[{"b":"w"},{"b":"x"}]})", true},
        {R"({"a":{"b":["x"]}})", R"({"a":"x"})", false},
    };
    for (const auto& [policy, body, expected] : rows) {
      CAPTURE(policy);
      CAPTURE(body);
      CHECK(passes(policy, body) == expected);
    }
  }

  TEST_CASE("attributes are compared by their types") {
    const auto policy = sns::read_filter_policy(
        R"({"price":[{"numeric":["=",3]}],"interests":["golf"]})", FilterScope::attributes);
    REQUIRE(policy.has_value());
    Json attributes{
        {"price", {{"DataType", "Number"}, {"StringValue", "3.0"}}},
        {"interests", {{"DataType", "String.Array"}, {"StringValue", R"(["golf","tea"])"}}}};
    CHECK(sns::passes_filter(*policy, FilterScope::attributes, attributes, ""));
    attributes["price"]["DataType"] = "String";
    CHECK_FALSE(sns::passes_filter(*policy, FilterScope::attributes, attributes, ""));
  }

  TEST_CASE("policies that SNS refuses are refused with its reason") {
    struct Row {
      const char* policy;
      FilterScope scope;
      const char* reason;
    };
    const Row rows[] = {
        {"{", FilterScope::body, "failed to parse JSON."},
        {R"({"a":"x"})", FilterScope::body, "\"a\" must be an object or an array"},
        {R"({"a":[]})", FilterScope::body, "Empty arrays are not allowed"},
        {R"({"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]})", FilterScope::attributes,
         "Filter policy can not have more than 5 keys"},
        {R"({"a":[{"like":"x"}]})", FilterScope::body, "Unrecognized match type like"},
        {R"({"a":[{"numeric":["~",1]}]})", FilterScope::body,
         "Unrecognized numeric range operator: ~"},
        // Recorded on AWS: localstack, tests/aws/services/sns/test_sns_filter_policy.snapshot.json.
        {R"({"a":[["x"]]})", FilterScope::body,
         "Match value must be String, number, true, false, or null"},
        {R"({"a":[{"suffix":"x","prefix":"y"}]})", FilterScope::body,
         "Only one key allowed in match expression"},
        {R"({"a":[{"suffix":100}]})", FilterScope::body, "suffix match pattern must be a string"},
        {R"({"a":{"suffix":"x"}})", FilterScope::body, "\"suffix\" must be an object or an array"},
        {R"({"a":[{"numeric":[]}]})", FilterScope::body, "Invalid member in numeric match: ]"},
        {R"({"a":[{"numeric":[1,"<="]}]})", FilterScope::body,
         "Invalid member in numeric match: 1"},
        {R"({"a":[{"numeric":["=","000"]}]})", FilterScope::body,
         "Value of equals must be numeric"},
        {R"({"a":[{"numeric":[">="]}]})", FilterScope::body, "Value of >= must be numeric"},
        {R"({"a":[{"numeric":["<",100,">",10]}]})", FilterScope::body,
         "Too many elements in numeric expression"},
        {R"({"a":[{"numeric":[">=",1,">",2]}]})", FilterScope::body,
         "Bad numeric range operator: >"},
        {R"({"a":[{"numeric":[">",3,"<",1]}]})", FilterScope::body, "Bottom must be less than top"},
        {R"({"a":[{"numeric":[">",20,"<="]}]})", FilterScope::body, "Value of <= must be numeric"},
        {R"({"a":[{"numeric":[">",20,30]}]})", FilterScope::body, "Bad value in numeric range: 30"},
        {R"({"a":[{"numeric":[">",20,"<",30,"<",50]}]})", FilterScope::body,
         "Too many terms in numeric range expression"},
        {R"({"a":[{"exists":1}]})", FilterScope::body,
         "exists match pattern must be either true or false."},
        {R"({"a":[{"anything-but":{}}]})", FilterScope::body,
         "Only one key allowed in match expression"},
        {R"({"a":[{"anything-but":{"exists":3}}]})", FilterScope::body,
         "Unsupported anything-but pattern: exists"},
        {R"({"a":[{"anything-but":{"prefix":3}}]})", FilterScope::body,
         "prefix match pattern must be a string"},
    };
    for (const auto& [policy, scope, reason] : rows)
      CHECK(refusal_of(policy, scope) == std::string{"Invalid parameter: FilterPolicy: "} + reason);
    // The one that does not name the attribute.
    CHECK(refusal_of(R"({"a":{"b":["x"]}})", FilterScope::attributes) ==
          "Invalid parameter: Filter policy scope MessageAttributes does not support nested filter "
          "policy");
  }

  TEST_CASE("a policy nested without end is refused, be it by $or alone") {
    std::string policy = R"({"a":["x"]})";
    for (int i = 0; i < 20'000; ++i) policy = R"({"$or":[{"a":["x"]},)" + policy + "]}";
    CHECK(refusal_of(policy.c_str(), FilterScope::body) ==
          "Invalid parameter: FilterPolicy: Filter policy is too complex");
  }

  // "the total combination of values must not exceed 150"; a nested key counts its depth.
  TEST_CASE("150 combinations are allowed, and not one more") {
    const auto of = [](int a, int b) {
      Json policy{{"a", Json::array()}, {"b", Json::array()}};
      for (int i = 0; i < a; ++i) policy["a"].push_back(i);
      for (int i = 0; i < b; ++i) policy["b"].push_back(i);
      return policy;
    };
    CHECK(sns::read_filter_policy(of(15, 10), FilterScope::attributes).has_value());
    CHECK(sns::read_filter_policy(of(151, 1), FilterScope::attributes).has_error());
    const Json nested{{"x", {{"y", of(75, 1)["a"]}}}};
    CHECK(sns::read_filter_policy(nested, FilterScope::body).has_value());
    const Json deeper{{"x", {{"y", of(76, 1)["a"]}}}};
    CHECK(sns::read_filter_policy(deeper, FilterScope::body).has_error());
  }
}

}  // namespace opsim::tests

// Resource Groups Tagging API Reference: GetResources, GetTagKeys, GetTagValues.
#include <doctest/doctest.h>

#include "models/tagging/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kTaggingServices[] = {&kTagging};
constexpr const char* kApi = "resourcegroupstaggingapi";

struct TaggedWorld : SmallWorld {
  TaggedWorld() : SmallWorld{kTaggingServices} {
    enter("AWS::EC2::Instance", "i-1", "ec2:us-east-1:123456789012:instance/i-1",
          {{"team", "shop"}, {"stage", "prod"}});
    enter("AWS::EC2::Instance", "i-2", "ec2:us-east-1:123456789012:instance/i-2",
          {{"team", "shop"}, {"stage", "test"}});
    enter("AWS::EC2::Volume", "vol-1", "ec2:us-east-1:123456789012:volume/vol-1",
          {{"team", "shop"}});
    enter("AWS::S3::Bucket", "files", "s3:::files", {{"team", "data"}});
    enter("AWS::SQS::Queue", "bare", "sqs:us-east-1:123456789012:bare", {});
  }
  void enter(const char* type, const char* id, const std::string& arn,
             std::map<std::string, std::string> tags) {
    cloud.resources().add({.type = type,
                           .physical_id = id,
                           .arn = "arn:aws:" + arn,
                           .place = cloud.home(),
                           .tags = std::move(tags)});
  }
  std::vector<std::string> found(Json input) {
    const Json answer = must(kApi, "GetResources", std::move(input));
    std::vector<std::string> arns;
    for (const Json& one : answer.at("ResourceTagMappingList"))
      arns.push_back(one.at("ResourceARN").get<std::string>().substr(8));
    return arns;
  }
};
using Arns = std::vector<std::string>;

Json with_tag(const char* key, Json values) {
  return {{"Key", key}, {"Values", std::move(values)}};
}

}  // namespace

TEST_SUITE("resource groups tagging api") {
  TEST_CASE("every filter must hold, by one of its values; only what has tags is told") {
    TaggedWorld world;
    CHECK(world.found(Json::object()).size() == 4);
    CHECK(world.found({{"TagFilters", Json::array({with_tag("team", Json::array({"shop", "none"})),
                                                   with_tag("stage", Json::array({"prod"}))})}}) ==
          Arns{"ec2:us-east-1:123456789012:instance/i-1"});
    CHECK(world.found({{"TagFilters", Json::array({with_tag("stage", Json::array())})}}).size() ==
          2);
  }

  TEST_CASE("types are those of a service, or of one kind of its resources") {
    TaggedWorld world;
    CHECK(world.found({{"ResourceTypeFilters", Json::array({"ec2:instance", "s3"})}}) ==
          Arns{"ec2:us-east-1:123456789012:instance/i-1", "ec2:us-east-1:123456789012:instance/i-2",
               "s3:::files"});
    CHECK(world.found({{"ResourceTypeFilters", Json::array({"ec2"})}}).size() == 3);
  }

  TEST_CASE("pages follow each other to an empty token") {
    TaggedWorld world;
    Json input{{"ResourcesPerPage", 3}};
    const Json first = world.must(kApi, "GetResources", input);
    CHECK(first.at("ResourceTagMappingList").size() == 3);
    input["PaginationToken"] = first.at("PaginationToken");
    const Json last = world.must(kApi, "GetResources", input);
    CHECK(last.at("ResourceTagMappingList").size() == 1);
    CHECK(last.at("PaginationToken").get<std::string>().empty());
    CHECK(world.refusal(kApi, "GetResources", {{"ResourcesPerPage", 101}}) ==
          "InvalidParameterException");
  }

  TEST_CASE("keys, and the values of a key") {
    TaggedWorld world;
    const Json keys = world.must(kApi, "GetTagKeys").at("TagKeys");
    const Json values = world.must(kApi, "GetTagValues", {{"Key", "team"}}).at("TagValues");
    CHECK((keys == Json::array({"stage", "team"})));
    CHECK((values == Json::array({"data", "shop"})));
  }
}

}  // namespace opsim::tests

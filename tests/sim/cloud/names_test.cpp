// Ids, ARNs, zones, and the names by which resources are found.
#include "opsim/cloud/look_up.hpp"
#include "tests/sim/cloud/toy.hpp"

namespace opsim::tests {

TEST_SUITE("cloud: names") {
  TEST_CASE("ids are counters, one sequence a prefix, eight hexadecimal digits") {
    ToyWorld world;
    CHECK(world.cloud.next_id("i-") == "i-00000001");
    CHECK(world.cloud.next_id("i-") == "i-00000002");
    CHECK(world.cloud.next_id("vol-") == "vol-00000001");
    for (int i = 0; i < 7; ++i) world.cloud.next_id("i-");
    CHECK(world.cloud.next_id("i-") == "i-0000000a");
  }

  TEST_CASE("UUIDs have the shape of version 4, count by what they are for, and never clash") {
    ToyWorld world;
    const std::string event = world.cloud.next_uuid("event");
    const std::string next = world.cloud.next_uuid("event");
    const std::string other = world.cloud.next_uuid("execution");
    CHECK(event.size() == 36);
    CHECK(event.substr(0, 24) == next.substr(0, 24));
    CHECK(event.ends_with("-000000000001"));
    CHECK(next.ends_with("-000000000002"));
    CHECK(other.ends_with("-000000000001"));
    CHECK(other != event);
    for (const std::size_t dash : {8U, 13U, 18U, 23U}) CHECK(event[dash] == '-');
    CHECK(event[14] == '4');
    CHECK(event[19] == '8');
  }

  TEST_CASE("an id and a UUID of the same name do not share their counter") {
    ToyWorld world;
    world.cloud.next_uuid("i-");
    CHECK(world.cloud.next_id("i-") == "i-00000001");
  }

  TEST_CASE("a resource's name where an id or an ARN belongs is looked up, and nowhere else") {
    ToyWorld world;
    world.cloud.resources().add({.logical_id = "Zone",
                                 .type = "AWS::Route53::HostedZone",
                                 .physical_id = "Z1",
                                 .place = world.cloud.home(),
                                 .source = "stack.yaml:1"});
    world.cloud.resources().add({.logical_id = "Pager",
                                 .type = "AWS::SNS::Topic",
                                 .physical_id = "pager",
                                 .arn = "arn:aws:sns:us-east-1:123456789012:pager",
                                 .place = world.cloud.home(),
                                 .source = "stack.yaml:2"});
    Json input{{"HostedZoneId", "Zone"},
               {"Name", "Zone"},
               {"Id", "Pager"},
               {"TopicArn", "Pager"},
               {"topicId", "Pager"},
               {"topicIDs", Json::array({"Pager"})},
               {"Targets", {{{"Arns", {"Pager", "elsewhere"}}, {"Status", "Zone"}}}},
               {"ZoneIds", Json::array({"Zone", 3})}};
    look_up_ids(world.cloud, input);
    CHECK(input == Json{{"HostedZoneId", "Z1"},
                        {"Name", "Zone"},
                        {"Id", "Pager"},
                        {"TopicArn", "arn:aws:sns:us-east-1:123456789012:pager"},
                        {"topicId", "pager"},
                        {"topicIDs", Json::array({"pager"})},
                        {"Targets",
                         {{{"Arns", {"arn:aws:sns:us-east-1:123456789012:pager", "elsewhere"}},
                           {"Status", "Zone"}}}},
                        {"ZoneIds", Json::array({"Z1", 3})}});
  }

  // AWS General Reference, "Amazon Resource Names (ARNs)".
  TEST_CASE("ARNs: six parts; the resource keeps its colons and slashes") {
    struct Row {
      std::string_view text;
      bool valid;
      std::string_view service;
      std::string_view resource;
    };
    constexpr Row rows[] = {
        {"arn:aws:cloudwatch:us-east-1:123456789012:alarm:disk", true, "cloudwatch", "alarm:disk"},
        {"arn:aws:ssm:us-east-1:123456789012:automation-definition/CleanUp:$DEFAULT", true, "ssm",
         "automation-definition/CleanUp:$DEFAULT"},
        {"arn:aws:s3:::bucket/key", true, "s3", "bucket/key"},
        {"arn:aws-cn:sns:cn-north-1:123456789012:topic", true, "sns", "topic"},
        {"arn:aws:iam::123456789012:role/r", true, "iam", "role/r"},
        {"", false, "", ""},
        {"arn", false, "", ""},
        {"arn:aws:s3:::", false, "", ""},
        {"arn:aws:s3::bucket", false, "", ""},
        {"arn::s3:::bucket", false, "", ""},
        {"arn:aws::::bucket", false, "", ""},
        {"urn:aws:s3:::bucket", false, "", ""},
        {"i-00000001", false, "", ""},
    };
    for (const auto& [text, valid, service, resource] : rows) {
      CAPTURE(text);
      const std::optional<Arn> arn = Arn::parse(text);
      REQUIRE(arn.has_value() == valid);
      if (!valid) continue;
      CHECK(arn->service == service);
      CHECK(arn->resource == resource);
      CHECK(arn->text() == text);
    }
  }

  TEST_CASE("a Region decides its partition and its zones") {
    struct Row {
      std::string_view region;
      std::string_view partition;
    };
    constexpr Row rows[] = {{"us-east-1", "aws"},
                            {"eu-central-1", "aws"},
                            {"cn-north-1", "aws-cn"},
                            {"us-gov-west-1", "aws-us-gov"}};
    for (const auto& [region, partition] : rows) {
      CHECK(partition_of(region) == partition);
      CHECK(arn({"012345678901", std::string{region}}, "sns", "topic") ==
            fmt::format("arn:{}:sns:{}:012345678901:topic", partition, region));
      const std::vector<std::string> zones = zones_of(region);
      REQUIRE(zones.size() == 3);
      CHECK(zones[0] == fmt::format("{}a", region));
      CHECK(zones[2] == fmt::format("{}c", region));
    }
  }
}

TEST_SUITE("cloud: resources") {
  TEST_CASE("a resource is found by physical id, ARN, logical id and stack/logical id") {
    Resources resources;
    resources.add({.logical_id = "Box",
                   .type = "AWS::Toy::Box",
                   .physical_id = "box-1",
                   .arn = "arn:aws:toy:us-east-1:123456789012:box/1",
                   .stack = "web",
                   .source = "t.yaml:3"});
    for (const char* name :
         {"box-1", "arn:aws:toy:us-east-1:123456789012:box/1", "Box", "web/Box"}) {
      CAPTURE(name);
      REQUIRE(resources.find(name) != nullptr);
      CHECK(resources.find(name)->physical_id == "box-1");
      CHECK(resources.name_of(name) == "Box");
      CHECK(resources.source_of(name) == "t.yaml:3");
    }
    for (const char* name : {"", "box", "web", "web/", "db/Box"})
      CHECK(resources.find(name) == nullptr);
    CHECK(resources.name_of("nobody") == "nobody");
    CHECK(resources.source_of("nobody") == "");
  }

  TEST_CASE("an empty name finds nothing, even where a resource lacks names") {
    Resources resources;
    resources.add({.type = "AWS::Toy::Box"});
    CHECK(resources.find("") == nullptr);
    CHECK(resources.of_type("AWS::Toy::Box").size() == 1);
  }

  TEST_CASE("a physical id is never hidden by another resource's logical id") {
    // A group is called "web" by AWS; another template calls its bucket Web, a third its queue web.
    Resources resources;
    resources.add({.logical_id = "Fleet", .type = "AWS::Toy::Shelf", .physical_id = "web"});
    resources.add({.logical_id = "web", .type = "AWS::Toy::Box", .physical_id = "box-9"});
    REQUIRE(resources.find("web") != nullptr);
    CHECK(resources.find("web")->type == "AWS::Toy::Shelf");
    CHECK(resources.find("box-9")->logical_id == "web");
  }

  TEST_CASE("the newest holder of a name answers to it") {
    Resources resources;
    resources.add({.logical_id = "Box", .type = "AWS::Toy::Box", .physical_id = "box-1"});
    resources.add({.logical_id = "Box", .type = "AWS::Toy::Box", .physical_id = "box-2"});
    CHECK(resources.find("Box")->physical_id == "box-2");
    CHECK(resources.find("box-1")->physical_id == "box-1");
  }

  TEST_CASE("what is removed keeps its names, and is of no type, in no group and not suggested") {
    Resources resources;
    resources.add({.logical_id = "Shelf", .type = "AWS::Toy::Shelf", .physical_id = "shelf-1"});
    for (const char* id : {"box-1", "box-2", "box-3"})
      resources.add({.type = "AWS::Toy::Box", .physical_id = id, .owner = "shelf-1"});
    resources.remove("box-2");
    resources.remove("box-2");
    resources.remove("nobody");
    const auto ids = [](const std::vector<const Resource*>& found) {
      std::vector<std::string> all;
      for (const Resource* resource : found) all.push_back(resource->physical_id);
      return all;
    };
    using Ids = std::vector<std::string>;
    CHECK(ids(resources.of_type("AWS::Toy::Box")) == Ids{"box-1", "box-3"});
    CHECK(ids(resources.owned_by("shelf-1")) == Ids{"box-1", "box-3"});
    CHECK(resources.name_of("box-2") == "box-2");
    CHECK(resources.names() == Ids{"Shelf", "box-1", "box-3", "shelf-1"});
  }

  TEST_CASE("a resource that its maker entered is completed by its stack, not doubled") {
    Resources resources;
    resources.add({.type = "AWS::Toy::Box",
                   .physical_id = "box-1",
                   .attributes = {{"Size", 3}},
                   .tags = {{"by", "maker"}}});
    resources.add_or_complete({.logical_id = "Box",
                               .type = "AWS::Toy::Box",
                               .physical_id = "box-1",
                               .arn = "arn:aws:toy:::box/1",
                               .stack = "web",
                               .source = "t.yaml:3",
                               .attributes = {{"Colour", "red"}},
                               .tags = {{"by", "stack"}, {"team", "a"}}});
    CHECK(resources.of_type("AWS::Toy::Box").size() == 1);
    const Resource* box = resources.find("web/Box");
    REQUIRE(box != nullptr);
    CHECK(box == resources.find("box-1"));
    CHECK(box == resources.find("arn:aws:toy:::box/1"));
    CHECK(box->attributes == Json{{"Size", 3}, {"Colour", "red"}});
    CHECK(box->tags.at("by") == "maker");
    CHECK(box->tags.at("team") == "a");
  }

  TEST_CASE("a second stack's resource of the same physical id is another resource") {
    Resources resources;
    resources.add_or_complete(
        {.logical_id = "A", .type = "AWS::Toy::Box", .physical_id = "box", .stack = "one"});
    resources.add_or_complete(
        {.logical_id = "B", .type = "AWS::Toy::Box", .physical_id = "box", .stack = "two"});
    CHECK(resources.of_type("AWS::Toy::Box").size() == 2);
    CHECK(resources.find("one/A")->logical_id == "A");
    CHECK(resources.find("two/B")->logical_id == "B");
  }
}

}  // namespace opsim::tests

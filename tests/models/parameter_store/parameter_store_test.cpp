// Parameter Store: names, types, tiers, versions, labels, hierarchies, filters.
// AWS: Systems Manager User Guide, "AWS Systems Manager Parameter Store"; API Reference.
#include <doctest/doctest.h>

#include "tests/models/parameter_store/world.hpp"

namespace opsim::tests {

TEST_SUITE("parameter store") {
  TEST_CASE("names: reserved prefixes, letters, 15 levels, fully qualified") {
    std::string deep;
    for (int i = 0; i < 15; ++i) deep += "/a";
    struct Row {
      std::string name;
      std::string answer;
    };
    const Row rows[] = {
        {"host", "1"},
        {"/Dev/DBServer/MySQL/db-string13", "1"},
        {deep, "1"},
        {deep + "/a", "HierarchyLevelLimitExceededException"},
        {"aws-host", "ValidationException"},
        {"AWSome", "ValidationException"},
        {"ssm", "ValidationException"},
        {"/SSM/x", "ValidationException"},
        {"/aws/service/x", "AccessDeniedException"},
        {"my host", "ValidationException"},
        {"a/b", "ValidationException"},
        {"/a//b", "ValidationException"},
        {"", "ValidationException"},
        {std::string(1012, 'a'), "ValidationException"},
    };
    for (const auto& [name, answer] : rows) {
      CAPTURE(name);
      Store world;
      CHECK(world.put({{"Name", name}}) == answer);
    }
  }
  TEST_CASE("a new parameter needs a Type; a new version keeps what is not named") {
    Store world;
    CHECK(world.ask("PutParameter", {{"Name", "p"}, {"Value", "a"}}).error().message ==
          "A parameter type is required when you create a parameter.");
    const Json made{{"Name", "p"},
                    {"Value", "a,b"},
                    {"Type", "StringList"},
                    {"Description", "two"},
                    {"AllowedPattern", "[a-z],[a-z]"}};
    CHECK(world.put(made) == "1");
    CHECK(world.put({{"Name", "p"}}) == "ParameterAlreadyExists");
    const Json again{{"Name", "p"}, {"Value", "c,d"}, {"Overwrite", true}};
    CHECK(world.answer("PutParameter", again) == Json{{"Version", 2}, {"Tier", "Standard"}});
    const Json shown = world.answer("DescribeParameters", {})["Parameters"][0];
    CHECK(shown["Type"] == "StringList");
    CHECK(shown["Description"] == "two");
    CHECK(shown["AllowedPattern"] == "[a-z],[a-z]");
    CHECK(shown["LastModifiedUser"] == "arn:aws:iam::123456789012:user/ann");
    CHECK(world.put("p", "x") == "HierarchyTypeMismatchException");  // to a String
  }
  TEST_CASE("members that AWS does not take") {
    struct Row {
      Json members;
      std::string code;
    };
    const Row rows[] = {
        {{{"Type", "Number"}}, "ValidationException"},
        {{{"Tier", "Gold"}}, "ValidationException"},
        {{{"Value", ""}}, "ValidationException"},
        {{{"DataType", "Text"}}, "ValidationException"},
        {{{"DataType", "aws:ec2:image"}, {"Value", "x"}}, "ValidationException"},
        {{{"DataType", "aws:ec2:image"}, {"Value", "ami-0123456789abcdef0"}}, "1"},
        {{{"AllowedPattern", "^\\d+$"}, {"Value", "12x"}}, "ParameterPatternMismatchException"},
        {{{"AllowedPattern", "^\\d+$"}, {"Value", "12"}}, "1"},
        {{{"AllowedPattern", "("}}, "InvalidAllowedPatternException"},
        {{{"Overwrite", true}, {"Tags", Json::array({{{"Key", "a"}, {"Value", "b"}}})}},
         "ValidationException"},
    };
    for (const auto& [members, code] : rows) {
      CAPTURE(members.dump());
      Store world;
      Json input{{"Name", "p"}};
      input.update(members);
      CHECK(world.put(input) == code);
    }
  }
  TEST_CASE("tiers: 4 KB and 8 KB, and no way back from the advanced one") {
    Store world;
    const std::string long_text(5000, 'x');
    const auto put = [&](const std::string& value, const std::string& tier) {
      Json input{{"Name", "p"}, {"Value", value}, {"Overwrite", true}};
      if (!tier.empty()) input["Tier"] = tier;
      return world.put(input);
    };
    CHECK(put(long_text, "") == "ValidationException");
    CHECK(put(long_text, "Intelligent-Tiering") == "1");
    CHECK(put("x", "Standard") == "ValidationException");
    CHECK(put("x", "") == "2");  // it keeps its tier
    CHECK(put("x", "Intelligent-Tiering") == "3");
    CHECK(world.answer("DescribeParameters", {})["Parameters"][0]["Tier"] == "Advanced");
    CHECK(put(std::string(8192, 'x'), "Advanced") == "4");
    CHECK(put(std::string(8193, 'x'), "Advanced") == "ValidationException");
  }
  TEST_CASE("versions and labels are selectors, also in GetParameters and ARNs") {
    Store world;
    CHECK(world.put("/db/host", "a") == "1");
    CHECK(world.put("/db/host", "b") == "2");
    world.answer("LabelParameterVersion",
                 {{"Name", "/db/host"}, {"ParameterVersion", 1}, {"Labels", {"prod"}}});
    const std::pair<const char*, const char*> rows[] = {
        {"/db/host", "b"},
        {"/db/host:1", "a"},
        {"/db/host:prod", "a"},
        {"/db/host:9", "ParameterVersionNotFound"},
        {"/db/none", "ParameterNotFound"},
        {"arn:aws:ssm:us-east-1:123456789012:parameter/db/host", "b"},
        {"arn:aws:ssm:us-east-1:123456789012:parameter/db/host:prod", "a"},
    };
    for (const auto& [name, value] : rows) {
      CAPTURE(name);
      CHECK(world.value_of(name) == value);
    }
    const Json several = world.answer(
        "GetParameters", {{"Names", {"/db/host:1", "/db/host:prod", "/db/host:none"}}});
    CHECK(several["Parameters"].size() == 2);
    CHECK(several["Parameters"][1]["Selector"] == ":prod");
    CHECK(several["Parameters"][1]["Name"] == "/db/host");
    CHECK(several["InvalidParameters"] == Json::array({"/db/host:none"}));
    const std::vector<std::string> eleven(11, "/db/host");
    CHECK(world.ask("GetParameters", {{"Names", eleven}}).error().code == "ValidationException");
  }
  TEST_CASE("labels: one version each, ten a version; one too many moves nothing") {
    Store world;
    world.put("p", "a");
    world.put("p", "b");
    const auto label = [&](int version, const std::vector<std::string>& labels) {
      return world.ask("LabelParameterVersion",
                       {{"Name", "p"}, {"ParameterVersion", version}, {"Labels", labels}});
    };
    CHECK(label(1, {"prod", "1st", "awsome", "SSM-x", "a b"})->at("InvalidLabels") ==
          Json::array({"1st", "awsome", "SSM-x", "a b"}));
    CHECK(label(2, {"l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8", "l9"}).has_value());
    CHECK(label(2, {"prod", "l10"}).error().code == "ParameterVersionLabelLimitExceeded");
    CHECK(world.value_of("p:prod") == "a");
    CHECK(label(2, {"prod", "l1"}).has_value());
    CHECK(world.value_of("p:prod") == "b");
    CHECK(label(3, {"x"}).error().code == "ParameterVersionNotFound");
    const Json gone =
        world.answer("UnlabelParameterVersion",
                     {{"Name", "p"}, {"ParameterVersion", 2}, {"Labels", {"prod", "never"}}});
    CHECK(gone["RemovedLabels"] == Json::array({"prod"}));
    CHECK(gone["InvalidLabels"] == Json::array({"never"}));
    CHECK(world.value_of("p:prod") == "ParameterVersionNotFound");
  }
  TEST_CASE("a hundred versions are kept; the oldest goes unless it has a label") {
    Store world;
    for (int i = 1; i <= 101; ++i) world.put("p", std::to_string(i));
    CHECK(world.value_of("p:1") == "ParameterVersionNotFound");
    CHECK(world.value_of("p:2") == "2");
    world.answer("LabelParameterVersion",
                 {{"Name", "p"}, {"ParameterVersion", 2}, {"Labels", {"keep"}}});
    CHECK(world.put("p", "x") == "ParameterMaxVersionLimitExceeded");
    const Json first = world.answer("GetParameterHistory", {{"Name", "p"}});
    CHECK(first["Parameters"].size() == 50);
    CHECK(first["Parameters"][0]["Labels"] == Json::array({"keep"}));
    const Json rest =
        world.answer("GetParameterHistory", {{"Name", "p"}, {"NextToken", first["NextToken"]}});
    CHECK(rest["Parameters"].size() == 50);
    CHECK_FALSE(rest.contains("NextToken"));
  }
  TEST_CASE("a SecureString is shown in clear only with WithDecryption") {
    Store world;
    world.put({{"Name", "secret"}, {"Value", "P@ss"}, {"Type", "SecureString"}});
    CHECK(world.value_of("secret").starts_with("AQICAH"));
    const Json input{{"Name", "secret"}, {"WithDecryption", true}};
    CHECK(world.answer("GetParameter", input)["Parameter"]["Value"] == "P@ss");
    CHECK(world.answer("GetParameterHistory", input)["Parameters"][0]["Value"] == "P@ss");
    CHECK(world.answer("DescribeParameters", {})["Parameters"][0]["KeyId"] == "alias/aws/ssm");
  }
  TEST_CASE("hierarchies: one level, or all, ten at a time") {
    Store world;
    for (const char* name : {"/app/a", "/app/b", "/app/db/host", "/apple"}) world.put(name, "x");
    const auto under = [&](const Json& input) { return world.names("GetParametersByPath", input); };
    CHECK(under({{"Path", "/app"}}) == "/app/a /app/b");
    CHECK(under({{"Path", "/app/"}, {"Recursive", true}}) == "/app/a /app/b /app/db/host");
    CHECK(under({{"Path", "/"}, {"Recursive", true}}) == "/app/a /app/b /app/db/host /apple");
    CHECK(under({{"Path", "app"}}) == "ValidationException");
    CHECK(under({{"Path", "/app"}, {"MaxResults", 11}}) == "ValidationException");
    const Json one = world.answer("GetParametersByPath", {{"Path", "/app"}, {"MaxResults", 1}});
    CHECK(under({{"Path", "/app"}, {"NextToken", one["NextToken"]}}) == "/app/b");
    const auto filtered = [&](const char* key, const char* value) {
      return under({{"Path", "/app"},
                    {"ParameterFilters", Json::array({{{"Key", key}, {"Values", {value}}}})}});
    };
    CHECK(filtered("Type", "String") == "/app/a /app/b");
    CHECK(filtered("Type", "SecureString").empty());
    CHECK(filtered("Name", "a") == "InvalidFilterKey");
    const Json gone = world.answer("DeleteParameters", {{"Names", {"/app/a", "/none"}}});
    CHECK(gone["DeletedParameters"] == Json::array({"/app/a"}));
    CHECK(gone["InvalidParameters"] == Json::array({"/none"}));
    CHECK(under({{"Path", "/app"}}) == "/app/b");
  }
  TEST_CASE("DescribeParameters filters by key, option and tag") {
    Store world;
    world.put({{"Name", "/app/a"}, {"Tags", Json::array({{{"Key", "env"}, {"Value", "prod"}}})}});
    world.put({{"Name", "/app/db/b"}, {"Type", "SecureString"}});
    world.put({{"Name", "c"}, {"Tier", "Advanced"}});
    world.answer("LabelParameterVersion", {{"Name", "c"}, {"Labels", {"beta"}}});
    struct Row {
      Json filter;
      std::string names;
    };
    const Row rows[] = {
        {{{"Key", "Name"}, {"Values", {"c", "/app/a"}}}, "/app/a c"},
        {{{"Key", "Name"}, {"Option", "BeginsWith"}, {"Values", {"/app"}}}, "/app/a /app/db/b"},
        {{{"Key", "Name"}, {"Option", "Contains"}, {"Values", {"db"}}}, "/app/db/b"},
        {{{"Key", "Path"}, {"Values", {"/app"}}}, "/app/a"},
        {{{"Key", "Path"}, {"Option", "Recursive"}, {"Values", {"/app"}}}, "/app/a /app/db/b"},
        {{{"Key", "Type"}, {"Values", {"SecureString"}}}, "/app/db/b"},
        {{{"Key", "KeyId"}, {"Values", {"alias/aws/ssm"}}}, "/app/db/b"},
        {{{"Key", "Tier"}, {"Values", {"Advanced"}}}, "c"},
        {{{"Key", "Label"}, {"Values", {"beta"}}}, "c"},
        {{{"Key", "tag:env"}, {"Values", {"prod", "test"}}}, "/app/a"},
        {{{"Key", "tag:env"}}, "/app/a"},
        {{{"Key", "tag:env"}, {"Values", {"test"}}}, ""},
        {{{"Key", "Size"}, {"Values", {"1"}}}, "InvalidFilterKey"},
        {{{"Key", "Type"}, {"Option", "Contains"}, {"Values", {"S"}}}, "InvalidFilterOption"},
        {{{"Key", "Type"}}, "InvalidFilterValue"},
    };
    for (const auto& [filter, names] : rows) {
      CAPTURE(filter.dump());
      CHECK(world.names("DescribeParameters", {{"ParameterFilters", Json::array({filter})}}) ==
            names);
    }
    CHECK(world.names("DescribeParameters", {{"Filters", Json::array({rows[5].filter})}}) ==
          "/app/db/b");
  }
  TEST_CASE("tags are added, listed and removed") {
    Store world;
    world.put("p", "x");
    const Json on{{"ResourceType", "Parameter"}, {"ResourceId", "p"}};
    Json add = on;
    add["Tags"] = Json::array({{{"Key", "env"}, {"Value", "prod"}}, {{"Key", "a"}, {"Value", ""}}});
    world.answer("AddTagsToResource", add);
    Json remove = on;
    remove["TagKeys"] = {"a"};
    world.answer("RemoveTagsFromResource", remove);
    CHECK(world.answer("ListTagsForResource", on)["TagList"] ==
          Json::array({{{"Key", "env"}, {"Value", "prod"}}}));
    CHECK(world.ask("ListTagsForResource", {{"ResourceType", "Parameter"}, {"ResourceId", "q"}})
              .error()
              .code == "InvalidResourceId");
  }
  TEST_CASE("AWS publishes its newest images; the ids are made up, one for each Region") {
    Store world;
    const std::string name =
        "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";
    const std::string image = world.value_of(name);
    CHECK(image.starts_with("ami-0"));
    CHECK(image.size() == 21);
    CHECK(world.value_of(name) == image);
    CHECK(world.value_of(name + "-none") == "ParameterNotFound");
    const Json input{{"Path", "/aws/service/ami-windows-latest"}};
    CHECK(world.answer("GetParametersByPath", input)["Parameters"].size() == 6);
  }
  TEST_CASE("more than 40 reads in a second are throttled") {
    Store world;
    world.put("p", "x");
    int refused = 0;
    std::vector<std::optional<ApiResult<Json>>> answers(60);
    for (auto& answer : answers)
      world.sim.spawn(opsim::detail::keep_result(
          world.cloud.call(world.user(), "ssm", "GetParameter", {{"Name", "p"}}), answer));
    world.run_for(std::chrono::seconds{10});
    for (const auto& answer : answers)
      if (answer && !*answer) {
        CHECK(answer->error().code == "ThrottlingException");
        ++refused;
      }
    CHECK(refused >= 10);  // some tokens return while the calls arrive
    CHECK(refused <= 20);
  }
  TEST_CASE("a secret is read under the name that stands for it, decrypted only") {
    Store world;
    world.must("secretsmanager", "CreateSecret", {{"Name", "db"}, {"SecretString", "first"}});
    world.must("secretsmanager", "PutSecretValue", {{"SecretId", "db"}, {"SecretString", "next"}});
    const auto read = [&](const std::string& name) {
      const auto found = world.ask("GetParameter", {{"Name", name}, {"WithDecryption", true}});
      if (!found) return found.error().code + ": " + found.error().message;
      return found->at("Parameter").at("Value").get<std::string>();
    };
    const std::string name = "/aws/reference/secretsmanager/db";
    CHECK(read(name) == "next");
    CHECK(read(name + ":AWSPREVIOUS") == "first");
    CHECK(read(name + "2") ==
          "ParameterNotFound: An error occurred (ParameterNotFound) when referencing Secrets "
          "Manager: Secret /aws/reference/secretsmanager/db2 not found.");
    CHECK(world.value_of(name) == "ValidationException");
    const Json shown = world.answer(
        "GetParameters", {{"Names", Json::array({name})}, {"WithDecryption", true}})["Parameters"];
    REQUIRE(shown.size() == 1);
    CHECK(shown[0]["Type"] == "SecureString");
    CHECK(shown[0]["Version"] == 0);
    const Json source = Json::parse(shown[0]["SourceResult"].get<std::string>());
    CHECK(source["Name"] == "db");
    CHECK(source["VersionStages"] == Json::array({"AWSCURRENT"}));
    CHECK(world.put(name, "x") == "AccessDeniedException");
  }
  TEST_CASE("a template's parameter goes through the same rules") {
    Store world;
    const std::string name =
        world.make("AWS::SSM::Parameter", "Size",
                   {{"Type", "String"}, {"Value", "3"}, {"Tags", {{"a", "b"}}}});
    CHECK(world.value_of(name) == "3");
    CHECK(world
              .answer("ListTagsForResource",
                      {{"ResourceType", "Parameter"}, {"ResourceId", name}})["TagList"]
              .size() == 1);
  }
}
}  // namespace opsim::tests

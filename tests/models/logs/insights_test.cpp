#include <doctest/doctest.h>

#include <utility>

#include "models/logs/insights_run.hpp"
#include "models/logs/insights_value.hpp"

namespace opsim::logs {
namespace {

/// Messages a second apart, the last one first as queries read them.
struct Messages {
  explicit Messages(std::vector<std::string> given, std::string of = "123456789012:app")
      : texts{std::move(given)}, log{std::move(of)} {
    const SimTime begin = *parse_iso8601("2026-03-02T09:00:00Z");
    for (std::size_t i = texts.size(); i-- > 0;)
      events.push_back({.at = begin + static_cast<std::int64_t>(i) * 1s,
                        .ingested = begin,
                        .message = texts[i],
                        .stream = "one",
                        .log = log,
                        .pointer = "p"});
  }
  std::vector<std::string> texts;
  std::string log;
  std::vector<QueriedEvent> events;
};

/// Rows as "a=1 b=2; a=3", without @ptr; or the complaint.
std::string ask(const Messages& messages, std::string_view text, const SourceEvents& sources = {}) {
  const auto query = parse_query(text);
  if (const auto* error = std::get_if<QueryError>(&query)) return "malformed: " + error->message;
  std::string all;
  bool first = true;
  const QueryResult result =
      run_query(std::get<InsightsQuery>(query), messages.events, 10'000, sources);
  for (const auto& row : result.rows) {
    if (!std::exchange(first, false)) all += "; ";
    std::string line;
    for (const auto& [field, value] : row)
      if (field != "@ptr") line += (line.empty() ? "" : " ") + field + "=" + value;
    all += line;
  }
  return all;
}

const Messages& requests() {
  static const Messages made{{
      R"({"path": "/a", "status": 200, "ms": 10, "user": {"id": "ann"}, "tags": ["x", "y"]})",
      R"({"path": "/b", "status": 500, "ms": 30, "user": {"id": "bob"}})",
      R"({"path": "/a", "status": 404, "ms": 20, "user": {"id": "ann"}})",
      "plain text",
  }};
  return made;
}

TEST_SUITE("logs: Logs Insights") {
  // CWL_QuerySyntax-Fields, -Filter, -Limit: what no command orders comes newest first.
  TEST_CASE("fields of JSON messages are discovered; the newest event comes first") {
    CHECK(ask(requests(), "fields path, user.id | filter status >= 400") ==
          "path=/a user.id=ann; path=/b user.id=bob");
    CHECK(ask(requests(), "fields path | limit 2") == "; path=/a");
    CHECK(ask(requests(), "fields tags.1 | filter ispresent(tags.0)") == "tags.1=y");
    CHECK(ask(requests(), "fields @timestamp, @message | limit 1") ==
          "@timestamp=2026-03-02 09:00:03.000 @message=plain text");
    CHECK(ask(requests(), "limit 1") == "@timestamp=2026-03-02 09:00:03.000 @message=plain text");
    CHECK(ask(requests(), "fields ms / 10 as tens, ms * 2 | filter path = '/b'") ==
          "tens=3 ms * 2=60");
  }

  TEST_CASE("filters compare, look for text and join with and, or, not") {
    struct Row {
      std::string_view filter;
      std::string_view users;
    };
    constexpr Row rows[] = {
        {"status = 500", "bob"},
        {"status != 200 and not path = '/b'", "ann"},
        {"path in ['/b', '/c']", "bob"},
        {"path not in ['/b'] and status < 300", "ann"},
        {"@message like 'bob'", "bob"},
        {"@message like /\"id\": \"b[a-z]+/", "bob"},
        {"@message =~ /(?i)BOB/", "bob"},
        {"@message not like /ann/ and ispresent(path)", "bob"},
        {"(status = 500 or status = 404) and ms > 25", "bob"},
        {"strcontains(path, 'b')", "bob"},
        {"nothing = 1 or status = 500", "bob"},
    };
    for (const auto& [filter, users] : rows) {
      CAPTURE(filter);
      CHECK(ask(requests(), "filter " + std::string{filter} + " | display user.id") ==
            "user.id=" + std::string{users});
    }
  }

  // CWL_QuerySyntax-Stats and its functions.
  TEST_CASE("stats adds up, by fields and by periods") {
    CHECK(ask(requests(), "stats count(*) by path | filter ispresent(path) | sort path") ==
          "path=/a count(*)=2; path=/b count(*)=1");
    CHECK(ask(requests(), "stats avg(ms), min(ms), max(ms), sum(ms), count(ms)") ==
          "avg(ms)=20 min(ms)=10 max(ms)=30 sum(ms)=60 count(ms)=3");
    CHECK(ask(requests(), "stats count_distinct(path) as paths, pct(ms, 50) as p50, stddev(ms)") ==
          "paths=2 p50=20 stddev(ms)=10");
    CHECK(ask(requests(), "stats sum(ms) / count(*) as mean") == "mean=15");
    CHECK(ask(requests(), "stats count(*) as n by bin(2s) as t | sort t asc") ==
          "t=2026-03-02 09:00:00.000 n=2; t=2026-03-02 09:00:02.000 n=2");
    CHECK(ask(requests(), "stats latest(path) as l, earliest(status) as e") == "l=/a e=200");
    CHECK(ask(requests(), "stats count(*) as n by path | stats max(n) as most") == "most=2");
    CHECK(ask(requests(), "filter status = 999 | stats count(*)").empty());
  }

  // CWL_QuerySyntax-Sort: what is no number before numbers; texts naturally.
  TEST_CASE("sort is natural, dedup keeps the first of each") {
    const Messages made{{R"({"v": "item10"})", R"({"v": "item9"})", R"({"v": 10})", R"({"v": 9})"}};
    CHECK(ask(made, "fields v | sort v") == "v=item9; v=item10; v=9; v=10");
    CHECK(ask(made, "fields v | sort v desc | limit 1") == "v=10");
    CHECK(ask(requests(), "fields path | filter ispresent(path) | sort ms desc | dedup path") ==
          "path=/b; path=/a");
    CHECK(ask(requests(), "fields path | dedup path") == "; path=/a; path=/b");  // null stays
  }

  // CWL_QuerySyntax-Parse.
  TEST_CASE("parse takes fields out of text, by stars or by named groups") {
    const Messages made{{"user=ann, method:GET, latency := 12",
                         "user=bob, method:PUT, latency := 30", "nothing of the kind"}};
    constexpr std::string_view glob =
        R"(parse @message "user=*, method:*, latency := *" as @user, @method, @latency)";
    CHECK(ask(made, std::string{glob} + " | stats avg(@latency) by @method | sort @method") ==
          "; @method=GET avg(@latency)=12; @method=PUT avg(@latency)=30");
    CHECK(
        ask(made,
            R"(parse /user=(?<who>[a-z]+), method:(?<how>\w+)/ | filter ispresent(who) | display who, how)") ==
        "who=bob how=PUT; who=ann how=GET");
    CHECK(ask(made, R"(parse @message "a * b" as x, y)") ==
          "malformed: as many names as '*' are expected");
  }

  TEST_CASE("functions of texts, numbers, times, addresses and JSON") {
    struct Row {
      std::string_view expression;
      std::string_view expected;
    };
    constexpr Row rows[] = {
        {"abs(-3)", "3"},
        {"ceil(1.2) + floor(1.8)", "3"},
        {"greatest(1, 5, 3) - least(4, 2)", "3"},
        {"2 ^ 3", "8"},
        {"10 % 3", "1"},
        {"1 + 2 * 3", "7"},
        {"-2 ^ 2", "4"},
        {"10 / 3", "3.3333"},
        {"sqrt(16)", "4"},
        {"concat('a', 1, 'b')", "a1b"},
        {"strlen('größe')", "5"},
        {"toupper('abc')", "ABC"},
        {"trim('  a ')", "a"},
        {"ltrim('xxa', 'x')", "a"},
        {"substr('abcdef', 2, 3)", "cde"},
        {"replace('a-b-c', '-', '+')", "a+b+c"},
        {"strcontains('abc', 'bc')", "1"},
        {"isempty('')", "true"},
        {"isblank('  ')", "true"},
        {"coalesce(nothing, 'x')", "x"},
        {"isValidIpv4('10.0.0.1')", "true"},
        {"isValidIp('10.0.0.300')", "false"},
        {"isIpv4InSubnet('10.1.2.3', '10.0.0.0/8')", "true"},
        {"isIpv6InSubnet('2001:db8::1', '2001:db8::/32')", "true"},
        {"fromMillis(0)", "1970-01-01 00:00:00.000"},
        {"toMillis(fromMillis(1500))", "1500"},
        {"datefloor(fromMillis(90000), 1m)", "1970-01-01 00:01:00.000"},
        {"dateceil(fromMillis(90000), 1m)", "1970-01-01 00:02:00.000"},
        {"datefloor(fromMillis(90000), 1mo)", "1970-01-01 00:00:00.000"},
        {"jsonStringify(jsonParse('{\"a\": 1}'))", "{\"a\":1}"},
    };
    const Messages one{{"x"}};
    for (const auto& [expression, expected] : rows) {
      CAPTURE(expression);
      CHECK(ask(one, "fields " + std::string{expression} + " as v") ==
            "v=" + std::string{expected});
    }
    CHECK(ask(one, R"(fields jsonParse('{"u": [{"a": 7}]}') as j | display j.u[0].a)") ==
          "j.u.0.a=7");
  }

  // CWL_AnalyzeLogData-discoverable-fields: Lambda.
  TEST_CASE("Lambda's own lines have fields") {
    const Messages made{
        {"START RequestId: r-1 Version: $LATEST",
         "REPORT RequestId: r-1\tDuration: 12.5 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\t"
         "Max Memory Used: 64 MB\tInit Duration: 100.1 ms\t"},
        "123456789012:/aws/lambda/f"};
    CHECK(ask(made,
              "filter @type = 'REPORT' | display @requestId, @duration, @billedDuration, "
              "@maxMemoryUsed, @initDuration") ==
          "@requestId=r-1 @duration=12.5 @billedDuration=13 @maxMemoryUsed=64000000 "
          "@initDuration=100.1");
  }

  TEST_CASE("records of VPC flow logs have fields") {
    const Messages made{
        {"2 123456789012 eni-0a 10.0.0.1 10.0.0.2 443 51000 6 10 840 1772442000 1772442060 ACCEPT "
         "OK",
         "2 123456789012 eni-0a 10.0.0.1 10.0.0.3 443 51001 6 5 160 1772442000 1772442060 REJECT "
         "OK",
         "no eni- here"}};
    CHECK(ask(made, "filter ispresent(srcAddr) | stats sum(bytes) as n by srcAddr") ==
          "srcAddr=10.0.0.1 n=1000");
    CHECK(ask(made, "filter action = 'REJECT' | display dstAddr, logStatus") ==
          "dstAddr=10.0.0.3 logStatus=OK");
  }

  // CWL_QuerySyntax-examples: the queries of the page are read, each with its own words.
  TEST_CASE("the guide's sample queries are read") {
    for (
        const std::string_view text :
        {"fields @timestamp, @message | sort @timestamp desc | limit 25",
         "filter @message like /Exception/ | stats count(*) as exceptionCount by bin(1h) | "
         "sort exceptionCount desc",
         R"(filter @type = "REPORT" | fields @requestId, @billedDuration | sort by @billedDuration desc)",
         R"(filter @type = "REPORT" | stats max(@memorySize / 1000 / 1000) as provisonedMemoryMB,
             min(@maxMemoryUsed / 1000 / 1000) as smallestMemoryRequestMB,
             pct(@maxMemoryUsed / 1000 / 1000, 95) as p95,
             provisonedMemoryMB - smallestMemoryRequestMB as overProvisionedMB)",
         "stats sum(bytes) as bytesTransferred by srcAddr, dstAddr | sort bytesTransferred desc | "
         "limit 10",
         R"(filter isIpv4InSubnet(srcAddr, "192.0.2.0/24") | display srcAddr)",
         R"(filter (eventName="StartInstances" or eventName="StopInstances") and awsRegion="us-east-2")",
         "fields ispresent(graphQLAPIId) as isRes | filter isRes | stats count(*) by "
         "datefloor(@timestamp, 1h)",
         R"(fields concat('Operation: ', operation, ' StatusCode: ', statusCode) as Summary |
             filter operation in ["Get", "Put"] | display Summary)",
         "parse @message /user=(?<user2>.*?), method:(?<method2>.*?), latency := "
         "(?<latency2>.*?)/"}) {
      CAPTURE(text);
      CHECK(std::holds_alternative<InsightsQuery>(parse_query(text)));
    }
    const Messages made{
        {"REPORT RequestId: r\tDuration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB\t"},
        "123456789012:/aws/lambda/f"};
    CHECK(ask(made,
              "stats max(@memorySize / 1000 / 1000) as most, min(@maxMemoryUsed/1000/1000) as "
              "least, most - least as spare") == "most=128 least=64 spare=64");
  }

  TEST_CASE("what is malformed is told; comments are not read") {
    CHECK(ask(requests(), "fields path # all | nonsense\n | limit 1") == "");
    for (const std::string_view text : {"",
                                        "|",
                                        "nonsense",
                                        "fields",
                                        "filter",
                                        "filter a =",
                                        "limit",
                                        "limit x",
                                        "limit 0",
                                        "fields 'open",
                                        "stats nope(a)",
                                        "stats pct(a)",
                                        "fields (a",
                                        "sort",
                                        "filter a in 1",
                                        "parse 'x'",
                                        "parse /(/",
                                        "parse /a/",
                                        "fields a b",
                                        "fields `a",
                                        "filter a like /x",
                                        "join x",
                                        "fields a | "}) {
      CAPTURE(text);
      CHECK(ask(requests(), text).starts_with("malformed: "));
    }
    CHECK(ask(requests(), "diff") == "malformed: the command diff is not simulated");
  }

  TEST_CASE("no query runs away") {
    CHECK(ask(requests(), "fields " + std::string(5000, '(')).starts_with("malformed: "));
    std::string sum = "fields 1";
    for (int i = 0; i < 2000; ++i) sum += "+1";
    CHECK(ask(requests(), sum) == "malformed: too many terms");
    CHECK(ask(requests(), std::string(10'001, 'a')).starts_with("malformed: "));
    std::string many = "fields a";
    for (int i = 0; i < 200; ++i) many += "|limit 1";
    CHECK(ask(requests(), many) == "malformed: too many commands");
  }

  // CWL_QuerySyntax-Unnest.
  TEST_CASE("unnest makes a row of each element of a list") {
    const Messages orders{{R"({"order": 1, "items": [{"name": "tea"}, {"name": "cup"}]})",
                           R"({"order": 2, "items": []})", R"({"order": 3})"}};
    CHECK(ask(orders,
              "fields jsonParse(@message) as js | unnest js.items into item | display order, "
              "item.name") == "order=1 item.name=tea; order=1 item.name=cup");
    CHECK(ask(orders, "unnest items").starts_with("malformed: 'into' is expected"));
  }

  // CWL_QuerySyntax-Pattern: @pattern, @ratio, @sampleCount, @severityLabel; commonest first.
  TEST_CASE("pattern finds what recurs and leaves out what varies") {
    const Messages log{{
        "2026-03-02T09:00:00Z ERROR cannot reach 10.0.0.7 after 250 ms",
        "2026-03-02T09:00:01Z ERROR cannot reach 10.0.0.8 after 251 ms",
        "2026-03-02T09:00:02Z INFO started worker-1",
        "2026-03-02T09:00:03Z ERROR cannot reach 10.0.0.9 after 300 ms",
    }};
    CHECK(ask(log, "pattern @message") ==
          "@pattern=<Time-1> ERROR cannot reach <IP-2> after <Number-3> ms @ratio=0.75 "
          "@sampleCount=3 @severityLabel=Error; @pattern=<Time-1> INFO started <ID-2> @ratio=0.25 "
          "@sampleCount=1 @severityLabel=Info");
    CHECK(ask(log, "filter @message like /ERROR/ | pattern @message | display @sampleCount") ==
          "@sampleCount=3");
  }

  TEST_CASE("pattern: a word that is another each time is a token") {
    std::vector<std::string> texts;
    for (const char* user : {"ann", "bob", "cyd", "dan"})
      texts.push_back(std::string{"user "} + user + " signed in");
    CHECK(ask(Messages{texts}, "pattern @message | display @pattern") ==
          "@pattern=user <Token-1> signed in");
  }

  // CWL_QuerySyntax-Join, "Correlate API Gateway requests with Lambda execution logs" and "Trace
  // distributed transactions": inner returns matching records only, left all of the primary's.
  TEST_CASE("join puts records of another log group beside those that match") {
    const Messages orders{{R"({"eventType": "ORDER_CREATED", "transactionId": "t1", "total": 5})",
                           R"({"eventType": "ORDER_CREATED", "transactionId": "t2", "total": 7})",
                           R"({"eventType": "ORDER_SEEN", "transactionId": "t1"})"}};
    const Messages payments{{R"({"transactionId": "t1", "status": "PAID", "total": 50})",
                             R"({"transactionId": "t1", "status": "REFUNDED"})",
                             R"({"transactionId": "t3", "status": "PAID"})"}};
    const auto joined = [&](std::string_view type, std::string_view within) {
      const std::string text =
          "filter eventType = \"ORDER_CREATED\" | join " + std::string{type} +
          " left=order right=payment where order.transactionId=payment.transactionId "
          "(SOURCE '/payments'" +
          std::string{within} + ") | fields order.transactionId, order.total, payment.status";
      return ask(orders, text, {payments.events});
    };
    CHECK(joined("", "") ==
          "order.transactionId=t1 order.total=5 payment.status=REFUNDED; "
          "order.transactionId=t1 order.total=5 payment.status=PAID");
    CHECK(joined("type=left", " | filter status = \"PAID\"") ==
          "order.transactionId=t2 order.total=7; "
          "order.transactionId=t1 order.total=5 payment.status=PAID");
    CHECK(ask(orders,
              "join left=o right=p where p.transactionId=o.transactionId (SOURCE '/p') "
              "| stats count(*) as n by p.status | sort p.status",
              {payments.events}) == "p.status=PAID n=2; p.status=REFUNDED n=2");
  }

  // CWL_QuerySyntax-Addtotals: its four examples.
  TEST_CASE("addtotals sums rows, and columns where it is told to") {
    const Messages made{{R"({"a": 1, "b": 2, "c": "x"})", R"({"a": 10, "b": 20.5})"}};
    CHECK(ask(made, "fields a, b, c | addtotals") == "a=10 b=20.5 Total=30.5; a=1 b=2 c=x Total=3");
    CHECK(ask(made, "fields a, b | addtotals fieldname=RowSum a") ==
          "a=10 b=20.5 RowSum=10; a=1 b=2 RowSum=1");
    CHECK(ask(made, "fields a, b | addtotals row=false col=true a") ==
          "a=10 b=20.5; a=1 b=2; a=11");
    CHECK(ask(made, "fields a | addtotals col=true") ==
          "a=10 Total=10; a=1 Total=1; a=11 Total=11");
    CHECK(ask(made, "fields a | addtotals col=maybe").starts_with("malformed: fieldname="));
  }

  // CWL_QuerySyntax-Subqueries, its two examples; "nested subqueries are not supported".
  TEST_CASE("a subquery in a filter gives the values that it selects") {
    const Messages main{{R"({"requestId": "r1", "endpoint": "/a"})",
                         R"({"requestId": "r2", "endpoint": "/b"})",
                         R"({"requestId": "r3", "endpoint": "/c"})"}};
    const Messages database{{R"({"requestId": "r1", "errorType": "Timeout"})",
                             R"({"requestId": "r1", "errorType": "Timeout"})",
                             R"({"requestId": "r3", "errorType": "Timeout"})",
                             R"({"requestId": "r2", "errorType": "Syntax"})"}};
    CHECK(ask(main,
              "filter requestId in (SOURCE '/db' | filter errorType = \"Timeout\" | fields "
              "requestId) | fields endpoint | sort endpoint",
              {database.events}) == "endpoint=/a; endpoint=/c");
    CHECK(ask(main,
              "filter requestId in (SOURCE '/db' | stats count(*) as failures by requestId | "
              "filter failures > 1 | fields requestId) | fields endpoint",
              {database.events}) == "endpoint=/a");
    CHECK(ask(main,
              "filter requestId not in (SOURCE '/db' | filter errorType = \"Timeout\" | fields "
              "requestId) | fields endpoint",
              {database.events}) == "endpoint=/b");
    CHECK(ask(main, "filter a in (SOURCE '/x' | filter b in (SOURCE '/y' | fields b) | fields a)",
              {}) == "malformed: nested subqueries are not supported");
    CHECK(ask(main, "join left=a right=b where a.x=c.y (SOURCE '/x')", {}) ==
          "malformed: a field of b is expected");
    CHECK(ask(main, "join type=outer left=a right=b where a.x=b.y (SOURCE '/x')", {}) ==
          "malformed: type=inner, type=left, left=..., right=... or where is expected");
  }
}

}  // namespace
}  // namespace opsim::logs

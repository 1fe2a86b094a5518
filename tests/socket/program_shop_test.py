"""Does the product find what the generated shop hides? Every case asks the command line about the
shop's own files and compares the answer with the planted truth."""

import collections
import csv
import datetime
import json
import math
import signal
import subprocess

from program_under_test import BINARY, FolderCase, environment, main, run

CUSTOMERS = 2000


def adjusted_rand(a, b):
    """Hubert and Arabie (1985), on two lists of labels."""
    pairs = lambda counts: sum(n * (n - 1) / 2 for n in counts.values())
    both, left, right = collections.Counter(zip(a, b)), collections.Counter(a), collections.Counter(b)
    expected = pairs(left) * pairs(right) / pairs({0: len(a)})
    return (pairs(both) - expected) / ((pairs(left) + pairs(right)) / 2 - expected)


class PlantedTruth(FolderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls.folder / "shop"
        demo = subprocess.Popen(
            [BINARY, "demo", "--folder", cls.shop, "--customers", str(CUSTOMERS)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(cls.folder))
        for line in demo.stdout:
            if b"Ctrl-C" in line:
                break
        demo.send_signal(signal.SIGTERM)
        demo.wait(60)
        demo.stdout.close()
        cls.truth = json.loads((cls.shop / "truth.json").read_text())
        cls.rows = list(csv.DictReader((cls.shop / "customers.csv").open()))
        cls.segment_of = {row["customer_id"]: row["segment"] for row in cls.truth["customers"]}

    def call(self, endpoint, file, *words):
        done = run(self.folder, "call", endpoint, self.shop / file, *words, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_pairs_that_go_together_lead_the_cross_sell_matrix(self):
        answer = self.call("cross_sell_matrix", "orders.csv", "--rows-of", "order_id", "--map",
                           "items=product_id", "--metric", "lift", "--top_n", "20", "--min_support", "300")
        found = {frozenset((pair["i"], pair["j"])) for pair in answer["pairs"]}
        for pair in self.truth["pairs"]:
            listed = frozenset((pair["product_a"], pair["product_b"])) in found
            self.assertEqual(listed, pair["lift"] > 1, pair)  # one pair is a decoy

    def test_the_elasticity_of_the_price_experiment_is_inside_its_interval(self):
        planted = self.truth["price_experiment"]
        answer = self.call(
            "dynamic_pricing_recommend", "prices.csv", "--product_id", planted["product_id"],
            "--cost_per_unit", planted["cost_per_unit"], "--optimize_for", "profit",
            "--candidate_prices", "38,42,46,50,54")
        low, high = answer["model_info"]["elasticity_ci"]
        self.assertLess(low, planted["elasticity"])
        self.assertGreater(high, planted["elasticity"])
        self.assertLess(high - low, 0.6)
        self.assertLess(abs(answer["best_price"] - planted["best_profit_price"]), 8)

    def test_segments_from_orders_are_the_planted_ones(self):
        answer = self.call(
            "customer_segmentation", "orders.csv", "--customers-from", "customer_id", "--map",
            "transaction_id=order_id", "--map", "product_id=category", "--today",
            self.truth["last_date"])
        found = {row["customer_id"]: row["cluster_id"] for row in answer["customer_labels"]}
        planted = [self.segment_of[customer] for customer in found]
        self.assertGreater(adjusted_rand(planted, list(found.values())), 0.9, answer["reason"])
        self.assertEqual(len(answer["clusters"]), len(self.truth["segments"]))
        personas = [cluster["persona"] for cluster in answer["clusters"]]
        self.assertTrue(personas[0].startswith("One-time buyers"), personas)
        self.assertTrue(personas[-1].startswith("Best customers"), personas)

    def test_uplift_scores_put_the_segments_in_their_order(self):
        planted = self.truth["campaign"]
        answer = self.call("uplift_model", "campaign.csv")
        low, high = answer["ate_ci"]
        self.assertLess(low, planted["average_uplift"])
        self.assertGreater(high, planted["average_uplift"])
        self.assertEqual(answer["model_info"]["heterogeneity"], "detected")
        scores = collections.defaultdict(list)
        for row in answer["details"]:
            scores[planted["segment_by_contact"][row["id"]]].append(row["uplift_score"])
        means = {planted["by_segment"][k]["name"]: sum(v) / len(v) for k, v in scores.items()}
        self.assertEqual(max(means, key=means.get), "bargain frequent")
        self.assertEqual(min(means, key=means.get), "loyal regulars")
        self.assertLess(means["loyal regulars"], 0)
        deciles = answer["decile_summary"]
        self.assertGreater(deciles[-1]["observed_ci"][0], deciles[0]["observed_ci"][1])
        true_uplift = collections.defaultdict(list)
        for row in answer["details"]:
            segment = planted["by_segment"][planted["segment_by_contact"][row["id"]]]
            true_uplift[row["uplift_decile"]].append(segment["uplift"])
        low, high = (sum(true_uplift[k]) / len(true_uplift[k]) for k in (1, 10))
        gap = deciles[-1]["mean_uplift"] - deciles[0]["mean_uplift"]
        self.assertAlmostEqual(gap, high - low, delta=0.06)  # 0.25 are planted
        seen = deciles[-1]["observed_uplift"] - deciles[0]["observed_uplift"]
        self.assertAlmostEqual(seen, high - low, delta=0.15)  # three standard errors of 600 customers

    def known_before(self, file):
        """customers.csv without what is only known after the outcome: a churner orders no more."""
        late = {"frequency", "amount_spent", "n_categories", "signup_date"}
        kept = [name for name in self.rows[0] if name not in late]
        with (self.shop / file).open("w", newline="") as out:
            table = csv.DictWriter(out, kept, extrasaction="ignore")
            table.writeheader()
            table.writerows(self.rows)
        return file

    def test_churners_are_found_as_well_as_they_can_be(self):
        planted = self.truth["churn"]
        answer = self.call("churn_risk", self.known_before("known.csv"))
        low, high = answer["model_info"]["roc_auc_ci"]
        self.assertLess(low, planted["bayes_auc"])
        self.assertGreater(high, planted["bayes_auc"])
        self.assertGreater(answer["model_info"]["roc_auc"], planted["bayes_auc"] - 0.02)
        truth = {row["customer_id"]: row["churn_probability"] for row in self.truth["customers"]}
        errors = [abs(row["churn_probability"] - truth[row["customer_id"]]) for row in answer["results"]]
        self.assertLess(sum(errors) / len(errors), 0.05)

    def test_the_planted_drivers_of_churn_lead(self):
        answer = self.call("churn_risk", self.known_before("known.csv"))
        drivers = {name.split("=")[0] for name in self.truth["churn"]["coefficients"]}
        weights = [weight["feature"] for weight in answer["model_info"]["feature_importance"]]
        self.assertEqual(set(weights[: len(drivers)]), drivers)
        named = collections.Counter(
            factor.split(" = ")[0] for row in answer["results"] for factor in row["top_factors"])
        self.assertGreater(sum(named[d] for d in drivers), 0.97 * sum(named.values()), named)
        for row in answer["results"]:
            for factor in row["top_factors"]:
                self.assertRegex(factor, r"^\w+ = .+ (raises|lowers) the churn risk \([+-]")

    def test_upgraders_are_found_as_well_as_they_can_be(self):
        planted = self.truth["upgrade"]
        answer = self.call("propensity_upgrade_plan", "upgrades.csv", "--current_plan", "Silver",
                           "--target_plan", "Gold")
        self.assertGreater(answer["model_info"]["roc_auc"], planted["bayes_auc"] - 0.02)
        self.assertEqual(set(answer["model_info"]["selected_features"][: len(planted["coefficients"])]),
                         set(planted["coefficients"]))

    def test_the_next_months_of_revenue_lie_inside_their_intervals(self):
        planted = self.truth["daily_revenue"]
        answer = self.call("forecast_revenue", "daily_revenue.csv", "--forecast_period", "2")
        first = datetime.date.fromisoformat(self.truth["first_date"])
        totals = collections.Counter()
        for offset in range(731, 731 + 62):
            day = first + datetime.timedelta(offset)
            angle = 2 * math.pi * (day.timetuple().tm_yday - planted["peak_day_of_year"]) / 365.25
            totals[day.strftime("%Y-%m")] += (
                planted["base"] * (1 + planted["trend_per_year"]) ** (offset / 365.25)
                * planted["weekday_factors"][day.weekday()]
                * math.exp(planted["yearly_amplitude"] * math.cos(angle)))
        for month in answer["forecast_result"]["forecast"]["calendar"]:
            self.assertLess(month["lower_95"], totals[month["yyyy-mm"]], month)
            self.assertGreater(month["upper_95"], totals[month["yyyy-mm"]], month)
        promotion = answer["forecast_result"]["regressors"][0]
        self.assertAlmostEqual(promotion["effect_percent"], 35, delta=3)


if __name__ == "__main__":
    main()

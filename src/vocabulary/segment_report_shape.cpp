#include "vocabulary/segment_report_answer.hpp"

namespace clientele::vocabulary {

using schema::field;

schema::Object describe(schema::For<ClusterMetrics>) {
  using M = ClusterMetrics;
  return schema::object<M>(
      "Key figures of a cluster.", field<&M::cluster_id>("The label as sent; -1 is noise."),
      field<&M::n_customers>("Customers in it."),
      field<&M::avg_spend>("Mean amount_spent.").unit("currency").digits(2),
      field<&M::avg_frequency>("Mean frequency.").digits(2),
      field<&M::top_categories>("The three categories that set it apart, by TF-IDF."),
      field<&M::share_revenue_pct>("Share of all revenue, reckoned with mean spends of two "
                                   "decimals as the reference does; facts has it exactly.")
          .unit("per cent"));
}

schema::Object describe(schema::For<SegmentFigures>) {
  using S = SegmentFigures;
  return schema::object<S>(
      "Further figures of a cluster.", field<&S::cluster_id>("The label as sent."),
      field<&S::persona>("What spend and frequency say: champions, big_ticket, regulars, light, "
                         "rare, occasional, middle, inactive, unpaid (purchases without spend) or "
                         "uncounted (spend without purchases)."),
      field<&S::revenue>("Sum of amount_spent.").unit("currency"),
      field<&S::median_spend>("Median amount_spent.").unit("currency"),
      field<&S::order_value>("Revenue per purchase; absent without either.").unit("currency"),
      field<&S::share_customers_pct>("Share of all customers.").unit("per cent"),
      field<&S::share_revenue_pct>("Share of all revenue, unrounded; 0 when there is none.")
          .unit("per cent"),
      field<&S::spend_ratio>("Mean spend over that of all customers."),
      field<&S::spend_vs_average_pct>("The same in per cent.").unit("per cent"),
      field<&S::frequency_ratio>("Mean frequency over that of all customers."),
      field<&S::frequency_vs_average_pct>("The same in per cent.").unit("per cent"),
      field<&S::avg_categories>("Different categories of a customer, mean."),
      field<&S::top_category_pct>("Its customers who have its first category.").unit("per cent"));
}

schema::Object describe(schema::For<BranchFigures>) {
  using B = BranchFigures;
  return schema::object<B>(
      "A cluster in the dendrogram.", field<&B::cluster_id>("The label as sent."),
      field<&B::is_branch>("Whether the smallest branch around it holds it alone."),
      field<&B::purity_pct>("Its part of that branch.").unit("per cent"),
      field<&B::formed_at>("Distance by which all its customers are joined."),
      field<&B::joined_at>("Distance at which that branch joins others; absent for the root."),
      field<&B::nearest_cluster_id>("The cluster with most customers there."));
}

schema::Object describe(schema::For<HierarchyFigures>) {
  using H = HierarchyFigures;
  return schema::object<H>(
      "Figures of the dendrogram.", field<&H::leaves>("Customers in it."),
      field<&H::last_distance>("Distance of the last merge."),
      field<&H::previous_distance>("Distance of the merge before."),
      field<&H::largest_step>(
          "Largest ratio of neighbouring distances that leaves at most 15 groups "
          "and half as many as leaves; absent where the lower is 0."),
      field<&H::groups>("Groups below that step."),
      field<&H::distance_below_step>("Distance of the merge below it."),
      field<&H::distance_above_step>("Distance of the merge above it."),
      field<&H::branches>("The clusters that the texts name, by revenue."));
}

schema::Object describe(schema::For<ReportFacts>) {
  using F = ReportFacts;
  return schema::object<F>(
      "Every figure that the texts may name, beside cluster_metrics.",
      field<&F::customers>("Customers."), field<&F::clusters>("Clusters."),
      field<&F::revenue>("All revenue.").unit("currency"),
      field<&F::avg_spend>("Mean spend of a customer.").unit("currency"),
      field<&F::avg_frequency>("Mean frequency of a customer."),
      field<&F::order_value>("Revenue per purchase; absent without either.").unit("currency"),
      field<&F::avg_categories>("Different categories of a customer, mean."),
      field<&F::top_customers>("A fifth of the customers, rounded up: those who spend most."),
      field<&F::top_customers_pct>("Their share of customers.").unit("per cent"),
      field<&F::top_customers_revenue_pct>("Their share of revenue.").unit("per cent"),
      field<&F::half_revenue_clusters>("The first clusters by revenue that hold half of it."),
      field<&F::half_revenue_pct>("Their share of revenue.").unit("per cent"),
      field<&F::half_revenue_customers_pct>("Their share of customers.").unit("per cent"),
      field<&F::tiny_clusters>("Clusters of fewer than 5 customers, or of less than 1 % of a base "
                               "of at least 500."),
      field<&F::segments>("By ascending cluster_id."),
      field<&F::hierarchy>("Absent without a dendrogram."));
}

schema::Object describe(schema::For<RawPayload>) {
  using P = RawPayload;
  return schema::object<P>("What was reported on, as sent.", field<&P::customers>("As sent."),
                           field<&P::labels>("As sent."),
                           field<&P::dendrogram>("As sent, if it was."));
}

schema::Object describe(schema::For<SegmentReport>) {
  using R = SegmentReport;
  return schema::object<R>(
      "A report in one language.", field<&R::language>("English, Español or Português."),
      field<&R::generated_on>("When, UTC."),
      field<&R::executive_summary>("250-350 words; about a third with depth brief."),
      field<&R::cluster_analysis>("The clusters compared in figures."),
      field<&R::customer_insights>("How their customers behave."),
      field<&R::marketing_recommendations>("Offers that follow from that."),
      field<&R::channel_strategy>("Ways of contact."),
      field<&R::product_cross_sell_ideas>("Combinations of categories."),
      field<&R::retention_actions>("Keeping customers."),
      field<&R::next_steps>("What to do first."),
      field<&R::auto_insights>("Largest cluster, highest average ticket, most revenue."),
      field<&R::dendrogram_insights>("Steps, branches and neighbours; null without a dendrogram.")
          .nullable(),
      field<&R::cluster_metrics>("By ascending cluster_id."),
      field<&R::facts>("The figures behind the texts."),
      field<&R::rewritten>("Sections whose wording comes from the chat endpoint of the "
                           "configuration; absent when there is none."),
      field<&R::raw_payload>("The request's customers, labels and dendrogram, unless echo is "
                             "false."));
}

}  // namespace clientele::vocabulary

"""Coding: what briefs of coding sessions are made with, trained and measured."""
